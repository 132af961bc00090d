"""The main job by the official SDK for Python of the first generation."""
import json
import os
import sys

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkecs.request.v20140526.CreateCommandRequest import CreateCommandRequest
from aliyunsdkecs.request.v20140526.DescribeInvocationResultsRequest import DescribeInvocationResultsRequest
from aliyunsdkecs.request.v20140526.DescribeInvocationsRequest import DescribeInvocationsRequest
from aliyunsdkecs.request.v20140526.InvokeCommandRequest import InvokeCommandRequest

endpoint, key_id, instance = sys.argv[1:4]


def client(secret):
    return AcsClient(key_id, secret, "cn-test", timeout=10)


def call(make, who=None, **fields):
    request = make()
    request.set_endpoint(endpoint)
    request.set_protocol_type("http")
    request.set_accept_format("json")
    for name, value in fields.items():
        getattr(request, "set_" + name)(value)
    return json.loads((who or good).do_action_with_exception(request))


good = client(os.environ["SECRET"])
command = call(
    CreateCommandRequest, CommandContent="ZWNobyAxMjM=", Type="RunShellScript", Name="test", Description="测试"
)
used = {"CommandId": command["CommandId"], "InstanceIds": [instance]}
invocation = call(InvokeCommandRequest, Timed=False, **used)
repeated = call(InvokeCommandRequest, Timed=True, Frequency="0 */10 * * * *", **used)
listed = call(DescribeInvocationsRequest, InstanceId=instance, InvokeId=invocation["InvokeId"])
results = call(DescribeInvocationResultsRequest, InstanceId=instance, InvokeId=invocation["InvokeId"])
try:
    call(DescribeInvocationsRequest, client("wrong"))
    refusal = ""
except ServerException as error:
    refusal = error.get_error_code()
print(
    json.dumps(
        {
            "name": listed["Invocations"]["Invocation"][0]["CommandName"],
            "results": len(results["Invocation"]["InvocationResults"]["InvocationResult"]),
            "repeated": repeated["InvokeId"][:2],
            "refusal": refusal,
        }
    )
)
