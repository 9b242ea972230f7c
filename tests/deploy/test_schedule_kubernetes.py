"""The manifests of ``deploy/schedule/kubernetes``: what a cluster would run, and that its commands run."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from night import SCHEDULE, Machine

yaml = pytest.importorskip("yaml", reason="PyYAML reads the manifests; it is in the test dependencies")

MANIFESTS = SCHEDULE / "kubernetes"


def _objects(name: str) -> dict[str, Any]:
    """Return the objects of a file by their kind."""
    text = (MANIFESTS / name).read_text(encoding="utf-8")
    return {one["kind"]: one for one in yaml.safe_load_all(text)}


CRON_JOB = _objects("cronjob.yaml")["CronJob"]["spec"]
JOBS = {"scan": CRON_JOB["jobTemplate"]["spec"], "init-log": _objects("init-log.yaml")["Job"]["spec"]}
each_job = pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)


def _pod(job: Any) -> Any:
    return job["template"]["spec"]


def _line(job: Any) -> str:
    (container,) = _pod(job)["containers"]
    return shlex.join(container["command"])


def test_one_at_a_time_and_a_missed_start_is_made_up_for() -> None:
    assert CRON_JOB["concurrencyPolicy"] == "Forbid"
    assert CRON_JOB["timeZone"] == "Etc/UTC"
    assert 0 < CRON_JOB["startingDeadlineSeconds"] < 24 * 3600
    minute, hour, *days = CRON_JOB["schedule"].split()
    assert (minute.isdigit(), hour.isdigit(), days) == (True, True, ["*"] * 3)


@each_job
def test_a_verdict_is_not_tried_again(job: Any) -> None:
    assert job["backoffLimit"] == 0
    assert _pod(job)["restartPolicy"] == "Never"


@each_job
def test_the_pod_passes_the_restricted_standard(job: Any) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/, and a root file system nobody can write."""
    pod = _pod(job)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & set(pod)
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "@sha256:" in container["image"]
    assert {"cpu", "memory"} <= set(container["resources"]["requests"])
    assert "memory" in container["resources"]["limits"]


@each_job
def test_the_key_is_a_file_of_the_group_and_the_private_state_is_not_opened_to_it(job: Any) -> None:
    pod = _pod(job)
    (key,) = [one["secret"] for one in pod["volumes"] if one["name"] == "signing-key"]
    assert key["defaultMode"] == 0o440
    assert pod["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"
    (container,) = pod["containers"]
    assert [one["name"] for one in container["env"]] == ["DPA_GUARD_SIGNING_KEY_FILE"]


@each_job
def test_every_volume_is_mounted_and_every_mount_has_one(job: Any) -> None:
    (container,) = _pod(job)["containers"]
    assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in _pod(job)["volumes"]}
    claim = _objects("cronjob.yaml")["PersistentVolumeClaim"]
    claimed = [
        one["persistentVolumeClaim"]["claimName"] for one in _pod(job)["volumes"] if "persistentVolumeClaim" in one
    ]
    assert claimed == [claim["metadata"]["name"]]


def test_the_role_of_the_cloud_hangs_on_the_service_account() -> None:
    account = _objects("cronjob.yaml")["ServiceAccount"]
    assert account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].startswith("arn:aws:iam::")
    assert _pod(JOBS["scan"])["serviceAccountName"] == account["metadata"]["name"]


def test_the_log_is_made_and_two_nights_are_recorded_in_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    code, said = machine.run(_line(JOBS["init-log"]))
    assert code == 0, said
    assert "evidence.example/acme/cluster-1+" in said, "the verifier key, to be pinned"
    assert not list(machine.log.with_name("acme.state").glob("key*")), "the key stays where it was handed in"
    assert machine.run(_line(JOBS["init-log"]))[0] == 2
    for _ in range(2):
        code, said = machine.run(_line(JOBS["scan"]).replace("dpa-guard scan", "dpa-guard plan"))
        assert code == 0, said
    assert [one.exit_code for one in machine.runs()] == [0, 0]


def test_two_at_once_are_both_recorded_in_a_log_that_verifies(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.make_log()
    line = _line(JOBS["scan"]).replace("dpa-guard scan", "dpa-guard plan -")
    first, second = machine.begin(line), machine.begin(line)
    plan = (machine.root / "etc/dpa-guard/tfplan.json").read_bytes()
    machine.wait_until_begun()
    for running in (second, first):
        _, err = running.communicate(plan, timeout=120)
        assert running.returncode == 0, err
    assert [one.exit_code for one in machine.runs()] == [0, 0]
