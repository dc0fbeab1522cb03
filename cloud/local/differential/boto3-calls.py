"""Makes calls with boto3: reads a JSON list of them from stdin, writes a JSON list of their outcomes to stdout.

A call: {"service", "operation", "parameters", "settings"?: {"region_name", "aws_access_key_id", ...}, "unsigned"?}.
An outcome: {"answer": ...} or {"error": {"code", "status"}}. Bytes are {"$bytes": base64} on the way in and base64 on the way
out, times are epoch milliseconds, and a response's own metadata is left out.
"""

import base64
import datetime
import json
import sys

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.response import StreamingBody


def given(value):
    if isinstance(value, dict):
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {name: given(each) for name, each in value.items()}
    return [given(each) for each in value] if isinstance(value, list) else value


def shown(value):
    if isinstance(value, dict):
        return {name: shown(each) for name, each in value.items() if name != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [shown(each) for each in value]
    if isinstance(value, StreamingBody):
        return base64.b64encode(value.read()).decode()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    return value


def outcome(endpoint, call):
    signature = {"signature_version": botocore.UNSIGNED} if call.get("unsigned") else {}
    client = boto3.client(
        call["service"],
        endpoint_url=endpoint,
        config=Config(retries={"total_max_attempts": 1}, **signature),
        **call.get("settings", {}),
    )
    try:
        return {"answer": shown(getattr(client, call["operation"])(**given(call["parameters"])))}
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": {"code": error.response["Error"]["Code"], "status": status}}


json.dump([outcome(sys.argv[1], call) for call in json.load(sys.stdin)], sys.stdout)
