"""Whether policies are open to the internet, by policyuniverse of Netflix.

Reads a JSON list of lists of statements, and prints a JSON list of truth values.
"""

import json
import sys

from policyuniverse.policy import Policy

answers = [
    Policy({"Version": "2012-10-17", "Statement": statements}).is_internet_accessible()
    for statements in json.load(sys.stdin)
]
print(json.dumps(answers))
