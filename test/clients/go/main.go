// The main job by the official SDK for Go, in the format given: JSON or XML.
package main

import (
	"fmt"
	"os"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
)

func main() {
	domain, keyID, secret, instance, format := os.Args[1], os.Args[2], os.Getenv("SECRET"), os.Args[3], os.Args[4]
	client, err := ecs.NewClientWithAccessKey("cn-test", keyID, secret)
	check(err)
	prepare := func(request *requests.RpcRequest) {
		request.Scheme = "HTTP"
		request.Domain = domain
		request.AcceptFormat = format
	}

	create := ecs.CreateCreateCommandRequest()
	prepare(create.RpcRequest)
	create.Name, create.Type, create.CommandContent, create.Description = "测试 a+b", "RunShellScript", "ZWNobyAxMjM=", "test"
	created, err := client.CreateCommand(create)
	check(err)

	invoke := ecs.CreateInvokeCommandRequest()
	prepare(invoke.RpcRequest)
	invoke.CommandId, invoke.InstanceId, invoke.Timed = created.CommandId, &[]string{instance}, requests.NewBoolean(false)
	invoked, err := client.InvokeCommand(invoke)
	check(err)

	list := ecs.CreateDescribeInvocationsRequest()
	prepare(list.RpcRequest)
	list.InvokeId, list.InstanceId = invoked.InvokeId, instance
	listed, err := client.DescribeInvocations(list)
	check(err)

	results := ecs.CreateDescribeInvocationResultsRequest()
	prepare(results.RpcRequest)
	results.InvokeId = invoked.InvokeId
	described, err := client.DescribeInvocationResults(results)
	check(err)

	remove := ecs.CreateDeleteCommandRequest()
	prepare(remove.RpcRequest)
	remove.CommandId = "c-none"
	_, err = client.DeleteCommand(remove)
	fmt.Printf(
		"%s|%d|%s|%v\n",
		listed.Invocations.Invocation[0].CommandName,
		described.Invocation.TotalCount,
		described.Invocation.InvocationResults.InvocationResult[0].InstanceId,
		err,
	)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
