"""Reads a Jenkinsfile with a Groovy parser and prints its calls as JSON: the name, and the calls in its block.

usage: jenkinsfile.py <file>; a syntax error ends it with status 1 and the parser's words.
"""

import json
import sys

from groovy_parser.parser import parse_and_digest_groovy_content


def leaves(node):
    if "leaf" in node:
        return [node]
    return [leaf for child in node.get("children", []) for leaf in leaves(child)]


def find(node, rule):
    """The outermost nodes of a rule."""
    if rule in node.get("rule", []):
        return [node]
    return [found for child in node.get("children", []) for found in find(child, rule)]


def calls(node):
    """One call for each statement, `name arguments { block }`."""
    result = []
    for statement in find(node, "statement_expression"):
        call = {"name": leaves(statement)[0]["value"], "calls": []}
        for block in find(statement, "closure"):
            call["calls"] += calls({"children": block.get("children", [])})
        result.append(call)
    return result


with open(sys.argv[1], encoding="utf8") as file:
    content = file.read()
try:
    tree = parse_and_digest_groovy_content(content)
except Exception as error:  # the parser has many kinds
    print(error, file=sys.stderr)
    sys.exit(1)
print(json.dumps(calls(tree)))
