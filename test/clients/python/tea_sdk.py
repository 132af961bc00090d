"""The main job by the official SDK for Python of today."""
import json
import os
import sys

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config

endpoint, key_id, instance = sys.argv[1:4]


def client(secret):
    return Client(
        Config(
            access_key_id=key_id, access_key_secret=secret, region_id="cn-test", endpoint=endpoint, protocol="http"
        )
    )


good = client(os.environ["SECRET"])
region = {"region_id": "cn-test"}
command = good.create_command(
    models.CreateCommandRequest(
        command_content="ZWNobyAxMjM=", type="RunShellScript", name="test", description="测试", **region
    )
).body
used = {"command_id": command.command_id, "instance_id": [instance], **region}
invocation = good.invoke_command(models.InvokeCommandRequest(timed=False, **used)).body
repeated = good.invoke_command(models.InvokeCommandRequest(timed=True, frequency="0 */10 * * * *", **used)).body
asked = {"instance_id": instance, "invoke_id": invocation.invoke_id, **region}
listed = good.describe_invocations(models.DescribeInvocationsRequest(**asked)).body
results = good.describe_invocation_results(models.DescribeInvocationResultsRequest(**asked)).body
try:
    client("wrong").describe_invocations(models.DescribeInvocationsRequest(**asked))
    refusal = ""
except Exception as error:  # its class differs from version to version; its code does not
    refusal = getattr(error, "code", repr(error))
print(
    json.dumps(
        {
            "name": listed.invocations.invocation[0].command_name,
            "results": len(results.invocation.invocation_results.invocation_result),
            "repeated": repeated.invoke_id[:2],
            "refusal": refusal,
        }
    )
)
