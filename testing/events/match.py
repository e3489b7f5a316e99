"""Which events match which patterns, by LocalStack's implementation of EventBridge's rules: JSON pairs in, JSON booleans out."""

import json
import sys
import types

# The rule engine takes one exception class from LocalStack's API package, which would need the whole of boto3.
api = types.ModuleType("localstack.aws.api.events")
api.InvalidEventPatternException = type("InvalidEventPatternException", (Exception,), {})
sys.modules["localstack.aws.api"] = types.ModuleType("localstack.aws.api")
sys.modules["localstack.aws.api.events"] = api

from localstack.services.events.event_rule_engine import EventPatternCompiler, EventRuleEngine  # noqa: E402

engine, compiler = EventRuleEngine(), EventPatternCompiler()
pairs = json.load(sys.stdin)
json.dump(
    [engine.evaluate_pattern_on_event(compiler.compile_event_pattern(json.dumps(pattern)), event) for pattern, event in pairs],
    sys.stdout,
)
