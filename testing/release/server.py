"""Runs state machines with moto's interpreter, and lets a test be the AWS that they call.

Usage: server.py <port> <address of the test's own end point>

Each call of a state is checked against botocore's model of the API (unknown and missing members are errors), then put to the
test as JSON. The test answers with the result, with an error, or that moto shall answer. Names are as Step Functions has them:
members in Pascal case, and `Db` in the names of RDS, as in the SDK for Java. Waits are a thousand times shorter.
"""

import datetime
import functools
import json
import re
import sys
import threading
import time
import urllib.request

import boto3
import botocore.session
from botocore.exceptions import ClientError
from jsonpath_ng.ext import parse
from moto.stepfunctions.parser.asl.utils import json_path

parsed = functools.cache(parse)


def extract_json(path, data):
    """As AWS has it: one value for a path that can only mean one, else a list. moto makes a list of `$.a[0].b` too."""
    values = [match.value for match in parsed(path).find(data)]
    if re.search(r"\*|\?|\.\.|\[\d*:\d*\]", path):
        return values
    if not values:
        raise json_path.NoSuchJsonPathError(json_path=path, data=data)
    return values[0]


# Before the modules that take it from there.
json_path.extract_json = extract_json
from botocore.validate import ParamValidator
from moto.core.config import default_user_config
from moto.route53 import models as route53_models
from moto.server import main
from moto.stepfunctions.parser.asl.component.state.choice.comparison.operator.implementations.is_operator import (
    IsTimestamp,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
    state_task_service_aws_sdk,
)
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
    WaitFunction,
)

PORT, TEST = sys.argv[1], sys.argv[2]
SESSION = botocore.session.get_session()
MODELS = {}
CURRENT = threading.local()

# The services that Step Functions and boto3 spell differently.
state_task_service.StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES.update(
    {
        "applicationautoscaling": "application-autoscaling",
        "cloudfrontkeyvaluestore": "cloudfront-keyvaluestore",
    }
)
state_task_service_aws_sdk._SERVICE_ERROR_NAMES.update(
    {"ecs": "Ecs", "ecr": "Ecr", "rds": "Rds", "sns": "Sns", "cloudwatch": "CloudWatch"}
)


def model(service):
    if service not in MODELS:
        MODELS[service] = SESSION.get_service_model(service)
    return MODELS[service]


@functools.cache
def moto(service, region):
    address = f"http://127.0.0.1:{PORT}"
    keys = {"aws_access_key_id": "ak", "aws_secret_access_key": "sk"}
    return boto3.client(service, region_name=region, endpoint_url=address, **keys)


def spelled(name):
    return re.sub("^D[Bb](?=[A-Z])", "db", name).lower()


def to_boto(value, shape, path=""):
    """Members as the API has them. Raises for one that it does not have."""
    if shape.type_name == "structure" and isinstance(value, dict):
        known = {spelled(name): name for name in shape.members}
        result = {}
        for key, one in value.items():
            if spelled(key) not in known or not key[0].isupper():
                raise ValueError(f"{path}.{key} is no member of {shape.name}")
            name = known[spelled(key)]
            result[name] = to_boto(one, shape.members[name], f"{path}.{key}")
        return result
    if shape.type_name == "list" and isinstance(value, list):
        return [to_boto(one, shape.member, path) for one in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: to_boto(one, shape.value, path) for key, one in value.items()}
    return value


def from_boto(value, shape):
    if shape is None:
        return {}
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            re.sub("^DB(?=[A-Z])", "Db", name[0].upper() + name[1:]): from_boto(value[name], one)
            for name, one in shape.members.items()
            if name in value
        }
    if shape.type_name == "list":
        return [from_boto(one, shape.member) for one in value]
    if shape.type_name == "map":
        return {key: from_boto(one, shape.value) for key, one in value.items()}
    return value if isinstance(value, (str, int, float, bool, list, dict)) else str(value)


def error(operation, code, message):
    name = code if code.endswith("Exception") else code + "Exception"
    raised = type(name, (ClientError,), {})
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "0"},
    }
    return raised(response, operation)


class Client:
    def __init__(self, region, service):
        self.region, self.service = region, service

    def __getattr__(self, method):
        operation = "".join(part.title() for part in method.split("_"))
        shapes = model(self.service)
        names = {name.lower(): name for name in shapes.operation_names}
        if operation.lower() not in names:
            raise AttributeError(f"{self.service} has no operation {operation}")
        found = shapes.operation_model(names[operation.lower()])
        return lambda **given: self.call(found, given)

    def call(self, operation, given):
        try:
            parameters = to_boto(given, operation.input_shape)
        except ValueError as problem:
            raise error(operation.name, "ValidationException", str(problem)) from problem
        report = ParamValidator().validate(parameters, operation.input_shape)
        if report.has_errors():
            raise error(operation.name, "ValidationException", report.generate_report())
        where = CURRENT.context
        body = {
            "service": self.service,
            "action": operation.name,
            "parameters": parameters,
            "state": where["State"]["Name"],
            "execution": where["Execution"]["Id"],
        }
        request = urllib.request.Request(
            TEST, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)
        if "error" in answer:
            raise error(operation.name, answer["error"], answer.get("message", "asked for by the test"))
        if "result" in answer:
            checked = to_boto_output(answer["result"], operation.output_shape)
            return from_boto(checked, operation.output_shape)
        parameters.update(answer)
        try:
            result = getattr(moto(self.service, self.region), re.sub("(?<!^)(?=[A-Z])", "_", operation.name).lower())(**parameters)
        except ClientError as problem:
            raise error(operation.name, problem.response["Error"]["Code"], str(problem)) from problem
        result.pop("ResponseMetadata", None)
        return from_boto(result, operation.output_shape)


def to_boto_output(value, shape):
    """The test answers in the API's own spelling; a member that the API does not have is the test's mistake."""
    if shape is not None and shape.type_name == "structure":
        for key, one in value.items():
            assert key in shape.members, f"{shape.name} has no {key}"
            to_boto_output(one, shape.members[key])
    elif shape is not None and shape.type_name == "list":
        for one in value:
            to_boto_output(one, shape.member)
    return value


state_task_service_aws_sdk.boto_client_for = (
    lambda region, service, state_credentials=None: Client(region, service)
)


def with_context(evaluate):
    """Lets the test know which state of which execution calls."""

    def wrapped(self, env, *args, **kwargs):
        CURRENT.context = env.states.context_object.context_object_data
        return evaluate(self, env, *args, **kwargs)

    return wrapped


service = state_task_service_aws_sdk.StateTaskServiceAwsSdk
service._eval_service_task = with_context(service._eval_service_task)


class Hurried:
    """Stands for the module `time`: waits are as the definition has them, and a thousand times shorter."""

    @staticmethod
    def sleep(seconds):
        time.sleep(seconds / 1000)


# Reading a definition takes a second, and the test runs the same one hundreds of times.
AmazonStateLanguageParser.parse = staticmethod(functools.cache(AmazonStateLanguageParser.parse))



def instant(text):
    """RFC 3339 with or without a fraction of a second, as AWS takes it; moto knows only those without."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


IsTimestamp.string_to_timestamp = staticmethod(instant)
retrier_decl.time = Hurried
WaitFunction._wait_interval = lambda self, env, wait_seconds: Hurried.sleep(wait_seconds)

# AWS's ids of hosted zones begin with Z.
zone_id = route53_models.create_route53_zone_id
route53_models.create_route53_zone_id = lambda *given, **named: "Z" + zone_id(*given, **named)[1:]

default_user_config["stepfunctions"]["execute_state_machine"] = True
main(["-H", "127.0.0.1", "-p", PORT])
