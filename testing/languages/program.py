"""A program of another team in Python, previewed on the real engine and judged by a policy pack.

The Automation API calls the program back from the engine, so it needs no language host.

Usage: program.py <folder for the stack> <folder of the pack>. Prints the policies' events, one JSON text a line.
"""

import json
import sys

import pulumi
import pulumi_aws as aws
from pulumi import automation


def subnets(vpc, tier, first, table):
    """One subnet in each of three zones."""
    made = []
    for number, zone in enumerate("abc", first):
        one = aws.ec2.Subnet(
            f"{tier}-{zone}",
            vpc_id=vpc.id,
            cidr_block=f"10.0.{number}.0/24",
            availability_zone=f"eu-west-2{zone}",
        )
        aws.ec2.RouteTableAssociation(f"{tier}-{zone}", subnet_id=one.id, route_table_id=table.id)
        made.append(one)
    return made


def program():
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
    gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
    public = aws.ec2.RouteTable(
        "public", vpc_id=vpc.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}]
    )
    isolated = aws.ec2.RouteTable("isolated", vpc_id=vpc.id)
    front = subnets(vpc, "public", 0, public)
    back = subnets(vpc, "data", 10, isolated)

    # One group of subnets is where it should be, and one is not.
    aws.rds.SubnetGroup("isolated-group", subnet_ids=[one.id for one in back])
    aws.rds.SubnetGroup("public-group", subnet_ids=[one.id for one in front])

    def task(name, **container):
        aws.ecs.TaskDefinition(
            name,
            family=name,
            container_definitions=json.dumps([{"name": "web", "image": "web", **container}]),
        )

    arn = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:db"
    task("careful", secrets=[{"name": "DB_PASSWORD", "valueFrom": arn}])
    task("careless", environment=[{"name": "DATABASE_URL", "value": "mysql://app:hunter2@db/app"}])

    topic = aws.sns.Topic("topic")
    aws.sns.TopicPolicy(
        "open-topic",
        arn=topic.arn,
        policy=json.dumps(
            {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}]}
        ),
    )
    pulumi.export("vpc", vpc.id)


def main(folder, pack):
    stack = automation.create_or_select_stack(
        stack_name="prod",
        project_name="python",
        program=program,
        opts=automation.LocalWorkspaceOptions(
            project_settings=automation.ProjectSettings(name="python", runtime="python"), work_dir=folder
        ),
    )
    stack.set_config("aws:region", automation.ConfigValue("eu-west-2"))
    events = []
    try:
        stack.preview(policy_packs=[pack], on_event=events.append)
    except automation.CommandError as error:
        # A mandatory rule stops the preview. Without an event, something else did.
        if not any(event.policy_event for event in events):
            raise error
    for event in events:
        if event.policy_event is not None:
            print(json.dumps({"policyEvent": {
                "resourceUrn": event.policy_event.resource_urn,
                "message": event.policy_event.message,
                "policyName": event.policy_event.policy_name,
                "enforcementLevel": event.policy_event.enforcement_level,
            }}))


main(*sys.argv[1:])
