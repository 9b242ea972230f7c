"""What a scan of AWS costs, beside a bare loop that signs and sends the same requests.

    python benchmarks/aws.py [--accounts 3 30] [--threads 32] [--latency 0.060] [--rounds 3]

A server in a process of its own answers every request after the latency, from memory. A turn is two processes: ours
collects 30 lists in 6 regions of each account; the other signs the very requests that ours has made (urllib3, SigV4 by
botocore, as many threads) and reads the answers. The table shows medians of wall time, and the median of the turns'
ratios; seconds depend on the machine, the ratio hardly. Nothing leaves the loopback interface.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REGIONS = ("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3", "us-east-1", "us-west-2")
LISTS = [
    "athena.ListDataCatalogs",
    "autoscaling.DescribeAutoScalingGroups",
    "backup.ListBackupVaults",
    "batch.DescribeJobQueues",
    "cloudtrail.DescribeTrails",
    "codebuild.ListProjects",
    "dynamodb.ListBackups",
    "ec2.DescribeInstances",
    "ec2.DescribeSnapshots",
    "ec2.DescribeVolumes",
    "ecr.DescribeRepositories",
    "ecs.ListClusters",
    "efs.DescribeFileSystems",
    "elasticache.DescribeCacheClusters",
    "elbv2.DescribeLoadBalancers",
    "fsx.DescribeFileSystems",
    "glue.GetDatabases",
    "kafka.ListClustersV2",
    "kinesis.ListStreams",
    "lambda.ListFunctions",
    "memorydb.DescribeClusters",
    "opensearch.ListDomainNames",
    "rds.DescribeDBInstances",
    "redshift.DescribeClusters",
    "route53resolver.ListResolverQueryLogConfigs",
    "sagemaker.ListDomains",
    "secretsmanager.ListSecrets",
    "sns.ListTopics",
    "sqs.ListQueues",
    "stepfunctions.ListStateMachines",
]
HEAD = "accounts  requests  threads  ours s  bare s  ratio  ours CPU s  ours peak MiB"
ITEMS = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, return the exit code."""
    asked = _arguments(arguments)
    if asked.child:
        return _child(asked)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "calls.csv"
        table.write_text(_table(), encoding="utf-8")
        print(HEAD)
        for accounts in asked.accounts:
            with _server(accounts, asked.latency, Path(folder)) as url:
                print(_row(accounts, url, table, asked), flush=True)
    return 0


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, nargs="+", default=[3, 30], metavar="N")
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--latency", type=float, default=0.060, help="seconds before each answer (default 0.060)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each pair (default 3)")
    parser.add_argument("--child", choices=("ours", "bare", "server"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args(given)


def _row(accounts: int, url: str, table: Path, asked: argparse.Namespace) -> str:
    turns = []
    for _ in range(asked.rounds):
        _fetch(f"{url}/log")  # what the turn before has left
        ours = _run("ours", url, table, asked)
        requests = table.with_name("requests.json")
        requests.write_bytes(_fetch(f"{url}/log"))
        bare = _run("bare", url, requests, asked)
        turns.append((ours, bare))
    number = turns[0][1]["requests"]
    ratio = median(ours["wall"] / bare["wall"] for ours, bare in turns)
    return (
        f"{accounts:>8}  {number:>8,}  {asked.threads:>7}  {median(ours['wall'] for ours, _ in turns):>6.2f}"
        f"  {median(bare['wall'] for _, bare in turns):>6.2f}  {ratio:>5.2f}"
        f"  {median(ours['cpu'] for ours, _ in turns):>10.2f}  {max(ours['peak'] for ours, _ in turns):>13.0f}"
    )


def _run(child: str, url: str, file: Path, asked: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, __file__, "--child", child, "--url", url, "--file", str(file)]
    command += ["--threads", str(asked.threads)]
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    environment |= {"AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _child(asked: argparse.Namespace) -> int:
    if asked.child == "server":
        asyncio.run(_serve(json.loads(asked.file.read_text(encoding="utf-8")), asked.latency))
        return 0
    began = time.perf_counter()
    number = _ours(asked) if asked.child == "ours" else _bare(asked)
    wall = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": _peak(), "requests": number}))
    return 0


def _peak() -> float:
    """Return the most memory this process has had, in MiB; Linux counts its parent's in ``getrusage``."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii"))[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _ours(asked: argparse.Namespace) -> int:
    from dpa_guard import Context, Coverage, Gap, Resource, Scope
    from dpa_guard_aws import AwsProvider

    scope = Scope("benchmark", "aws", {"organization": True, "role": "dpa-guard-read"})
    with ThreadPoolExecutor(asked.threads) as executor:
        context = Context(clock=lambda: datetime.now(UTC), executor=executor, transport=asked.url)
        seen = list(AwsProvider(table=str(asked.file)).collect(scope, context))
    looked = {status for one in seen if isinstance(one, Coverage) for status in one.services.values()}
    gaps = [one for one in seen if isinstance(one, Gap)]
    if looked != {"looked"} or gaps:
        sys.exit(f"benchmarks: expected everything to be looked at, found {sorted(looked)} {gaps[:3]}")
    return sum(isinstance(one, Resource) for one in seen)


def _bare(asked: argparse.Namespace) -> int:
    import urllib3
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    requests = json.loads(asked.file.read_text(encoding="utf-8"))
    pool = urllib3.PoolManager(maxsize=asked.threads)
    credentials = Credentials("benchmark", "benchmark", "benchmark")

    def send(one: dict[str, str]) -> int:
        headers = {"Content-Type": one["type"], **({"X-Amz-Target": one["target"]} if one["target"] else {})}
        request = AWSRequest(one["method"], f"{asked.url}{one['path']}", headers, one["body"].encode())
        SigV4Auth(credentials, one["service"], one["region"]).add_auth(request)
        signed = request.prepare()
        answer = pool.request(signed.method, signed.url, headers=dict(signed.headers), body=signed.body)
        return len(answer.data)

    with ThreadPoolExecutor(asked.threads) as executor:
        list(executor.map(send, requests))
    return len(requests)


# -- the server --------------------------------------------------------------------------------------------------------

_SIGNED = re.compile(rb"Credential=[^/]+/\d+/([^/]+)/([^/]+)/aws4_request")


@contextmanager
def _server(accounts: int, latency: float, folder: Path) -> Iterator[str]:
    answers = folder / "answers.json"
    answers.write_text(json.dumps(_answers(accounts)), encoding="utf-8")
    command = [sys.executable, __file__, "--child", "server", "--file", str(answers), "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def _fetch(url: str) -> bytes:
    import urllib3

    return bytes(urllib3.request("GET", url).data)


async def _serve(answers: dict[str, list[str]], latency: float) -> None:
    """Answer HTTP/1.1 with keep-alive: look up by service and operation, wait, write."""
    log: list[dict[str, str]] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode().split("\r\n")
                method, path, _ = first.split(" ")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length") or 0))
                if path == "/log":
                    content, kind = json.dumps(log).encode(), "application/json"
                    log.clear()
                else:
                    content, kind = _answer(answers, log, method, path, headers, body)
                    await asyncio.sleep(latency)
                writer.write(
                    f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
                    + content
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


def _answer(
    answers: dict[str, list[str]],
    log: list[dict[str, str]],
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
) -> tuple[bytes, str]:
    signed = _SIGNED.search(headers.get("authorization", "").encode())
    region, service = (part.decode() for part in signed.groups()) if signed else ("", "")
    target, kind, text = headers.get("x-amz-target", ""), headers.get("content-type", ""), body.decode()
    log.append(
        {
            "method": method,
            "path": path,
            "target": target,
            "type": kind,
            "body": text,
            "service": service,
            "region": region,
        }
    )
    content, answered = answers[_key(service, method, path, target, text)]
    return content.encode(), answered


def _key(service: str, method: str, path: str, target: str, body: str) -> str:
    """Return what tells one operation from another on the wire."""
    if target:
        return f"{service} {target}"
    action = re.search(r"(?:^|&)Action=(\w+)", body)
    return f"{service} {action[1]}" if action else f"{service} {method} {path.partition('?')[0].rstrip('/')}"


def _answers(accounts: int) -> dict[str, list[str]]:
    """Return content and its type for every operation, by ``_key``, each as its service would write it."""
    from botocore.config import Config
    from botocore.session import Session
    from moto.core.model import ServiceModel
    from moto.core.serialize import get_serializer_class

    session = Session()
    loader = session.get_component("data_loader")
    found: dict[str, list[str]] = {}
    for name in (*LISTS, *_OWN):
        service, _, operation = name.partition(".")
        model = ServiceModel(loader.load_service_model(service, "service-2"), service)
        shape = model.operation_model(operation)
        content = _own(name, accounts) if name in _OWN else _made(shape.output_shape, 0)
        written = get_serializer_class(service, model.resolved_protocol)(shape).serialize(content)
        client = session.create_client(
            service,
            "eu-west-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
            endpoint_url="http://127.0.0.1",
            config=Config(parameter_validation=False),
        )
        caught: list[Any] = []

        class _Caught(Exception):
            pass

        def catch(request: Any, caught: list[Any] = caught, stop: type[Exception] = _Caught, **_: Any) -> None:
            caught.append(request)
            raise stop

        client.meta.events.register_first("before-send", catch)
        with suppress(_Caught):
            client._make_api_call(operation, {})
        sent = caught[0]
        signed = _SIGNED.search(
            sent.headers["Authorization"]
            if isinstance(sent.headers["Authorization"], bytes)
            else sent.headers["Authorization"].encode()
        )
        assert signed is not None
        body = sent.body.decode() if isinstance(sent.body, bytes) else sent.body or ""
        target = sent.headers.get("X-Amz-Target", b"")
        path = sent.url.removeprefix("http://127.0.0.1")
        key = _key(
            signed[2].decode(), sent.method, path, target.decode() if isinstance(target, bytes) else target, body
        )
        text = written["body"]
        kind = {name.lower(): value for name, value in written["headers"].items()}.get("content-type", "text/xml")
        found[key] = [text.decode() if isinstance(text, bytes) else text, kind]
    return found


def _made(shape: Any, depth: int) -> Any:
    """Return a small answer of a shape: lists at the top have some items, everything deeper has one."""
    kind = shape.type_name
    if kind == "structure":
        if depth > 5:
            return {}
        names = [
            name for name in shape.members if not re.search("token|marker|truncated|hasmore|lastevaluated", name, re.I)
        ]
        return {name: _made(shape.members[name], depth + 1) for name in names}
    if kind == "list":
        return [_made(shape.member, depth + 1)] * (ITEMS if depth < 2 else 1)
    if kind == "map":
        return {}
    return {"string": "eu-west-1a", "boolean": False, "timestamp": datetime(2026, 11, 24, tzinfo=UTC), "blob": b""}.get(
        kind, 1
    )


_OWN = (
    "sts.GetCallerIdentity",
    "sts.AssumeRole",
    "organizations.ListAccounts",
    "account.ListRegions",
    "ec2.DescribeRegions",
    "config.GetDiscoveredResourceCounts",
    "ssm.GetParametersByPath",
    "resourcegroupstaggingapi.GetResources",
    "resource-explorer-2.ListIndexes",
)


def _own(name: str, accounts: int) -> dict[str, Any]:
    moment = datetime(2036, 1, 1, tzinfo=UTC)
    keys = {"AccessKeyId": "x", "SecretAccessKey": "x", "SessionToken": "x", "Expiration": moment}
    answers: dict[str, dict[str, Any]] = {
        "sts.GetCallerIdentity": {"Account": "100000000000", "Arn": "arn:aws:iam::100000000000:user/x", "UserId": "x"},
        "sts.AssumeRole": {"Credentials": keys},
        "organizations.ListAccounts": {
            "Accounts": [{"Id": f"{100000000000 + number}", "State": "ACTIVE"} for number in range(accounts)]
        },
        "account.ListRegions": {
            "Regions": [{"RegionName": region, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for region in REGIONS]
        },
        "ec2.DescribeRegions": {"Regions": [{"RegionName": region, "OptInStatus": "opted-in"} for region in REGIONS]},
        "ssm.GetParametersByPath": {"Parameters": []},
        "resourcegroupstaggingapi.GetResources": {"ResourceTagMappingList": [], "PaginationToken": ""},
        "resource-explorer-2.ListIndexes": {"Indexes": []},
        "config.GetDiscoveredResourceCounts": {"totalDiscoveredResources": 0, "resourceCounts": []},
    }
    return answers[name]


def _table() -> str:
    """Return the shipped table, reduced to the lists."""
    lines = (ROOT / "providers/dpa_guard_aws/data/calls.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = {tuple(name.split(".")) for name in LISTS}
    return "".join([lines[0], *(line for line in lines[1:] if tuple(line.split(",", 2)[:2]) in kept)])


if __name__ == "__main__":
    raise SystemExit(main())
