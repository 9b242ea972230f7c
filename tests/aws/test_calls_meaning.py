"""What rows of the table of AWS calls make of answers that are easily misread."""

from __future__ import annotations

from typing import Any

import pytest

from aws_calls import Call, calls, filled, found_id, found_items, found_places

ACCOUNT = "123456789012"
HERE = {"account": ACCOUNT, "region": "eu-west-1", "partition": "aws", "id": ""}


def row(label: str) -> Call:
    (call,) = [one for one in calls() if one.label == label]
    return call


def reading(label: str, answer: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """(id, places as ``role value``) of each item."""
    call = row(label)
    return [
        (found_id(call, item), [f"{role} {value}" for role, _, value in found_places(call, item)])
        for item in found_items(call, answer)
    ]


@pytest.mark.parametrize("engine", ["docdb", "neptune", "aurora-postgresql"])
@pytest.mark.parametrize(
    ("operation", "listed", "arn"),
    [
        ("DescribeDBClusters", "DBClusters", "DBClusterArn"),
        ("DescribeDBClusterSnapshots", "DBClusterSnapshots", "DBClusterSnapshotArn"),
        ("DescribeGlobalClusters", "GlobalClusters", "GlobalClusterArn"),
    ],
)
def test_each_engine_is_read_by_one_of_the_services_that_share_an_api(
    engine: str, operation: str, listed: str, arn: str
) -> None:
    answer = {listed: [{"Engine": engine, arn: "one"}]}
    readers = [name for name in ("rds", "docdb", "neptune") if reading(f"{name}.{operation}", answer)]
    assert readers == [engine if engine in ("docdb", "neptune") else "rds"]


@pytest.mark.parametrize(
    ("label", "answer", "expected"),
    [
        pytest.param(
            "ec2.DescribeSubnets",
            {
                "Subnets": [
                    {"SubnetArn": "a", "AvailabilityZone": "us-east-1a", "DefaultForAz": True},
                    {"SubnetArn": "b", "AvailabilityZone": "eu-central-1-ist-1a", "DefaultForAz": False},
                ]
            },
            [("b", ["primary eu-central-1-ist-1a"])],
            id="default subnets are everywhere",
        ),
        pytest.param(
            "ec2.DescribeInstances",
            {
                "Reservations": [
                    {"Instances": [{"InstanceId": "i-1", "State": {"Name": "terminated"}}]},
                    {"Instances": [{"InstanceId": "i-2", "State": {"Name": "stopped"}, "OutpostArn": "arn:o"}]},
                ]
            },
            [("i-2", ["primary outpost"])],
            id="an Outpost is not where its region is",
        ),
        pytest.param(
            "ec2.DescribeAvailabilityZones",
            {
                "AvailabilityZones": [
                    {
                        "ZoneType": "availability-zone",
                        "OptInStatus": "opt-in-not-required",
                        "GroupName": "eu-central-1",
                    },
                    {"ZoneType": "local-zone", "OptInStatus": "not-opted-in", "GroupName": "eu-central-1-waw-1"},
                    {
                        "ZoneType": "local-zone",
                        "OptInStatus": "opted-in",
                        "GroupName": "eu-central-1-ist-1",
                        "ZoneName": "eu-central-1-ist-1a",
                    },
                ]
            },
            [("eu-central-1-ist-1", ["control eu-central-1-ist-1a"])],
            id="only zones that were switched on",
        ),
        pytest.param(
            "events.ListEventBuses",
            {"EventBuses": [{"Name": "default", "Arn": "d"}, {"Name": "orders", "Arn": "o"}]},
            [("", []), ("o", [])],
            id="the default bus is a step",
        ),
        pytest.param(
            "events.ListRules after events.ListEventBuses",
            {"Rules": [{"Arn": "a", "ManagedBy": "autoscaling.amazonaws.com"}, {"Arn": "b"}]},
            [("b", [])],
            id="rules of services are theirs",
        ),
        pytest.param(
            "kms.DescribeKey after kms.ListKeys",
            {"KeyMetadata": {"Arn": "k", "KeyManager": "AWS"}},
            [("", [])],
            id="keys of AWS are everywhere",
        ),
        pytest.param(
            "kms.DescribeKey after kms.ListKeys",
            {
                "KeyMetadata": {
                    "Arn": "k",
                    "KeyManager": "CUSTOMER",
                    "MultiRegionConfiguration": {
                        "PrimaryKey": {"Region": "eu-west-1"},
                        "ReplicaKeys": [{"Region": "us-east-1"}],
                    },
                }
            },
            [("k", ["replica eu-west-1", "replica us-east-1"])],
            id="a key copied abroad",
        ),
        pytest.param(
            "athena.GetWorkGroup after athena.ListWorkGroups",
            {"WorkGroup": {"Name": "primary", "Configuration": {"ResultConfiguration": {}}}},
            [("", [])],
            id="primary without results",
        ),
        pytest.param(
            "athena.GetWorkGroup after athena.ListWorkGroups",
            {"WorkGroup": {"Name": "primary", "Configuration": {"ResultConfiguration": {"OutputLocation": "s3://b/"}}}},
            [("primary", ["replica s3://b/"])],
            id="primary with results",
        ),
        pytest.param(
            "sns.ListSubscriptions",
            {
                "Subscriptions": [
                    {"SubscriptionArn": "PendingConfirmation", "Endpoint": "jan@example.nl"},
                    {"SubscriptionArn": "arn:one", "Endpoint": "+31612345678"},
                    {"SubscriptionArn": "arn:two", "Endpoint": "arn:aws:sqs:us-east-1:1:q"},
                ]
            },
            [("arn:one", []), ("arn:two", ["replica arn:aws:sqs:us-east-1:1:q"])],
            id="addresses of persons are never places",
        ),
        pytest.param(
            "scheduler.ListSchedules",
            {
                "Schedules": [
                    {"Arn": "a", "Target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"}},
                    {"Arn": "b", "Target": {"Arn": "arn:aws:sqs:us-east-1:1:q"}},
                ]
            },
            [("a", []), ("b", ["replica arn:aws:sqs:us-east-1:1:q"])],
            id="a universal target is an API",
        ),
        pytest.param(
            "rds.DescribeDBInstances",
            {
                "DBInstances": [
                    {
                        "Engine": "postgres",
                        "DBInstanceArn": "d",
                        "AvailabilityZone": "eu-west-1a",
                        "ReadReplicaDBInstanceIdentifiers": ["near", "arn:aws:rds:us-east-1:1:db:far"],
                        "ReadReplicaSourceDBInstanceIdentifier": "near",
                        "DBInstanceAutomatedBackupsReplications": [{"DBInstanceAutomatedBackupsArn": "arn:x"}],
                    }
                ]
            },
            [("d", ["primary eu-west-1a", "replica arn:aws:rds:us-east-1:1:db:far", "backup arn:x"])],
            id="a replica by name is near, by ARN it may be far",
        ),
        pytest.param(
            "cloudfront.ListDistributions",
            {
                "DistributionList": {
                    "Items": [
                        {
                            "ARN": "a",
                            "PriceClass": "PriceClass_100",
                            "Origins": {
                                "Items": [
                                    {"OriginShield": {"Enabled": False}},
                                    {"OriginShield": {"Enabled": True, "OriginShieldRegion": "us-east-2"}},
                                    {},
                                ]
                            },
                            "DefaultCacheBehavior": {"LambdaFunctionAssociations": {"Quantity": 0}},
                            "CacheBehaviors": {"Quantity": 0},
                        }
                    ]
                }
            },
            [("a", ["edge a", "edge us-east-2"])],
            id="no price class keeps to the Union",
        ),
        pytest.param(
            "opensearch.DescribeOutboundConnections",
            {"Connections": [{"ConnectionId": "c", "ConnectionStatus": {"StatusCode": "DELETED"}}]},
            [],
            id="a connection that is gone",
        ),
        pytest.param(
            "bedrock.GetAccountDataRetention",
            {"mode": "default"},
            [],
            id="retention that nobody set",
        ),
        pytest.param(
            "bedrock.GetAccountDataRetention",
            {"mode": "provider_data_share"},
            [("provider_data_share", ["replica model-provider"])],
            id="what is asked may go to the maker of the model",
        ),
        pytest.param(
            "elbv2.DescribeLoadBalancers",
            {
                "LoadBalancers": [
                    {
                        "LoadBalancerArn": "l",
                        "AvailabilityZones": [
                            {"ZoneName": "eu-west-1a"},
                            {"ZoneName": "eu-west-1b", "OutpostId": "op-1"},
                        ],
                    }
                ]
            },
            [("l", ["primary eu-west-1a", "primary outpost"])],
            id="a zone of an Outpost is no zone",
        ),
        pytest.param(
            "kms.DescribeCustomKeyStores",
            {
                "CustomKeyStores": [
                    {"CustomKeyStoreId": "a", "CustomKeyStoreType": "AWS_CLOUDHSM"},
                    {"CustomKeyStoreId": "b", "CustomKeyStoreType": "EXTERNAL_KEY_STORE"},
                ]
            },
            [("a", []), ("b", ["primary outside-aws"])],
            id="keys outside AWS",
        ),
    ],
)
def test_answers_that_are_easily_misread(
    label: str, answer: dict[str, Any], expected: list[tuple[str, list[str]]]
) -> None:
    assert reading(label, answer) == expected


@pytest.mark.parametrize(("told", "region"), [(None, "us-east-1"), ("EU", "EU"), ("eu-west-3", "eu-west-3")])
def test_a_bucket_without_a_constraint_is_in_virginia(told: str | None, region: str) -> None:
    answer = {"LocationConstraint": told} if told else {}
    assert reading("s3.GetBucketLocation after s3.ListBuckets", answer) == [("", [f"primary {region}"])]


def test_a_buckets_location_is_asked_only_where_the_list_told_none() -> None:
    call = row("s3.GetBucketLocation after s3.ListBuckets")
    assert filled(call.params, {"Name": "a", "BucketRegion": "eu-west-1"}, HERE) is None
    assert filled(call.params, {"Name": "a"}, HERE) == {"Bucket": "a"}


def test_a_share_is_described_by_the_protocol_it_has() -> None:
    item = {"FileShareType": "SMB", "FileShareARN": "arn:share"}
    after = "after storagegateway.ListFileShares"
    assert filled(row(f"storagegateway.DescribeNFSFileShares {after}").params, item, HERE) is None
    assert filled(row(f"storagegateway.DescribeSMBFileShares {after}").params, item, HERE) == {
        "FileShareARNList": ["arn:share"]
    }
