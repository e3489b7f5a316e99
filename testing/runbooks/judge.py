"""Runs commands of the AWS CLI in the real CLI, with answers made of AWS's own models in the place of AWS.

Reads a list of command lines as JSON from stdin, each a list of words after "aws". Writes a list as long: what is wrong with
each, or null. A command is right when the CLI parses it, the parameters fit the operation's model, and --query finds something
in an answer that has every member.
"""
import argparse
import contextlib
import io
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

# Session Manager's plugin, which the CLI starts after its call.
plugins = tempfile.mkdtemp()
# Commands before a command made the files that it names.
os.chdir(plugins)
plugin = pathlib.Path(plugins, "session-manager-plugin")
plugin.write_text("#!/bin/sh\nexit 0\n")
plugin.chmod(0o755)
os.environ["PATH"] = plugins + os.pathsep + os.environ["PATH"]
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-2", AWS_PAGER="")
os.environ.pop("AWS_PROFILE", None)

from awscli import clidriver  # first: it brings botocore
from botocore.client import BaseClient
from botocore.validate import ParamValidator

calls = []
driver = clidriver.create_clidriver()


def full(shape, depth=0):
    """A value with every member of a shape, and lists of one. Deeper than that no command looks."""
    kind = shape.type_name
    if kind == "structure":
        tokens = r"(?i)(token|marker)$"
        members = shape.members.items() if depth < 9 else ()
        return {name: full(member, depth + 1) for name, member in members if not re.search(tokens, name)}
    if kind == "list":
        return [full(shape.member, depth + 1)]
    if kind == "map":
        return {"key": full(shape.value, depth + 1)}
    if kind in ("integer", "long", "float", "double"):
        return 1
    if kind == "boolean":
        return False
    if kind == "timestamp":
        return "2026-11-23T06:00:00Z"
    return shape.enum[0] if kind == "string" and getattr(shape, "enum", None) else "text"


def answer(self, operation, params):
    model = self.meta.service_model.operation_model(operation)
    if model.input_shape is not None:
        report = ParamValidator().validate(params, model.input_shape)
        if report.has_errors():
            raise ValueError(report.generate_report())
    calls.append(operation)
    return {} if model.output_shape is None else full(model.output_shape)


BaseClient._make_api_call = answer


def tail(words):
    """`aws logs tail`, which version 2 of the CLI alone has: docs.aws.amazon.com/cli/latest/reference/logs/tail.html"""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("group")
    for option in ("since", "format", "filter-pattern", "log-stream-name-prefix", "region"):
        parser.add_argument("--" + option)
    parser.add_argument("--follow", action="store_true")
    errors = io.StringIO()
    try:
        with contextlib.redirect_stderr(errors):
            parser.parse_args(words)
    except SystemExit:
        return errors.getvalue().strip().splitlines()[-1]
    return None


def without_filters(words):
    """A filter such as [?Name=='x'] leaves nothing of a made-up answer."""
    return [re.sub(r"\[\?[^]]*\]", "[]", word) for word in words]


def wrong(words):
    if words[:2] == ["logs", "tail"]:
        return tail(words[2:])
    calls.clear()
    for word in words:
        if word.startswith("file://"):
            pathlib.Path(word[7:]).write_text("{}")
    for option, name in zip(words, words[1:]):
        if option == "--body":
            pathlib.Path(name).touch()
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            # As JSON, whatever the command asks for: an answer of nothing is "null" then.
            code = driver.main(without_filters(words) + ["--output", "json"])
        except SystemExit as error:
            code = error.code
    # `s3 ls` cannot write down a made-up answer.
    if not calls or (code != 0 and words[0] != "s3"):
        lines = errors.getvalue().strip().splitlines()
        said = next((line for line in lines if re.search(r"error: |Invalid choice|not |Bad ", line)), " ".join(lines[-1:]))
        return f"exit {code}: {said}"
    if "--query" in words and out.getvalue().strip() in ("null", "", "[]", "[\n    null\n]"):
        return f"--query finds nothing: {out.getvalue().strip()}"
    return None


try:
    found = [wrong(words) for words in json.load(sys.stdin)]
finally:
    shutil.rmtree(plugins)
print(json.dumps(found))
