# SPDX-License-Identifier: BSD-2-Clause
"""The images of contrib/container, and the pod of its manifest: built line by line, started as first processes, asked, changed and ended."""
import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess

import pytest
import yaml

from containerfile import Image
from kubernetes import Manifest
from lib import fake_ses
from lib.milter_client import MilterClient
from machine import LIMIT, call
from pod import Pod, children, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "contrib/container"
LIMIT_OF_SIZE = 48 << 20

HTTP = """
import sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}{sys.argv[2]}", timeout=60)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status, answer.read().decode(), end="")
"""

SMTP = """
import json, smtplib, sys
with smtplib.SMTP("127.0.0.1", 25, timeout=600) as client:
    try:
        print(json.dumps(client.sendmail(sys.argv[1], ["ann@example.org"], f"From: {sys.argv[1]}\\r\\nSubject: x\\r\\n\\r\\nhello\\r\\n")))
    except smtplib.SMTPResponseException as refusal:
        print(json.dumps([refusal.smtp_code, refusal.smtp_error.decode()]))
    except smtplib.SMTPRecipientsRefused as refusal:
        print(json.dumps([[code, text.decode()] for code, text in refusal.recipients.values()][0]))
"""


@pytest.fixture(scope="module")
def image(container) -> Image:
    return container


@pytest.fixture(scope="module")
def postfix(builder) -> Image:
    image = builder.build(HERE / "postfix.Containerfile")
    # An engine writes it.
    (image.root / "etc/hosts").write_text("127.0.0.1 localhost\n")
    return image


@contextlib.contextmanager
def endpoint(pod: Pod, folder: pathlib.Path):
    """A stand-in for SES in the network of the pod: its port."""
    process = pod.popen("/usr/bin/python3", fake_ses.__file__, "--dir", str(folder))
    try:
        wait_for("no stand-in for SES", (folder / "port").exists)
        yield int((folder / "port").read_text())
    finally:
        process.kill()
        process.wait()


def manifest(folder: pathlib.Path, secrets: dict | None = None) -> Manifest:
    documents = [one for one in yaml.safe_load_all((HERE / "kubernetes.yaml").read_text())]
    return Manifest(documents, {"ses-smtp": {}} | (secrets or {}), folder)


def milter(one: Manifest) -> MilterClient:
    client = MilterClient((socket.AF_UNIX, str(one.folders["socket"] / "milter.sock")))
    client.connect("10.1.2.3")
    client.helo()
    return client


def probe(pod: Pod, one: Manifest, kind: str) -> str:
    port, path = one.probes("filter")[kind]
    return pod.python(HTTP, str(port), path)


def test_image(image, capsys):
    """Small: the programs and what they load. Nobody's but root's, except the folder of the socket."""
    with capsys.disabled():
        print(f"image: {image.size() / 1e6:.1f} MB")
    assert image.size() < LIMIT_OF_SIZE
    assert image.user == (10001, 10001) and image.entrypoint == ["/usr/sbin/ses-policy-milter"]
    files = {path.relative_to(image.root) for path in image.root.rglob("*") if path.is_file()}
    programs = {str(path) for path in files if (image.root / path).stat().st_mode & 0o111 and ".so" not in path.name}
    assert programs == {"usr/sbin/ses-policy-milter", "usr/bin/ses-policy"}
    owned = {str(path.relative_to(image.root)) for path in image.root.rglob("*") if path.lstat().st_uid or path.lstat().st_gid}
    assert owned == {"run/ses-policy-milter"}
    for package in ("libc6", "libmilter1.0.1", "libjansson4", "ses-policy-milter"):
        assert (image.root / f"usr/share/doc/{package}/copyright").stat().st_size > 100, package


def test_tool(image):
    """Every library is there; so is what the C library loads by itself, for names that are not UTF-8."""
    for program in ("/usr/sbin/ses-policy-milter", "/usr/bin/ses-policy"):
        assert call("chroot", "--userspec=10001:10001", "--groups=", str(image.root), program, "--version").stdout
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ses:SendRawEmail",
              "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net", "Condition": {"StringEquals": {"ses:FromDisplayName": "Zo\u00eb"}}}]}
    (image.root / "tmp/policy.json").write_text(json.dumps(policy))
    try:
        for encoded, wanted in (("=?iso-8859-1?Q?Zo=EB?=", "explicitDeny"), ("=?iso-8859-1?Q?Zo=E9?=", "allowed")):
            said = call("chroot", str(image.root), "/usr/bin/ses-policy", "eval", "--policy", "/tmp/policy.json", "--sender", "a@example.net",
                        "--client", "10.1.2.3", "--recipient", "ann@example.org", "--header", f"From: {encoded} <a@example.net>", check=False).stdout
            assert said.startswith(wanted), said
    finally:
        (image.root / "tmp/policy.json").unlink()


def test_life(image, tmp_path):
    """As the manifest has it: read-only root, a number for a user, no capability. Probes, a new ConfigMap, and the end."""
    one = manifest(tmp_path)
    with Pod() as pod:
        filter_ = pod.start(image, tmp_path / "filter.log", one.options("filter"))
        filter_.wait_line("generation 1 in force: 1 file, 1 policy, 1 statement")
        filter_.wait_line("metrics at public:0.0.0.0:9816")
        status = pathlib.Path(f"/proc/{filter_.leader}/status").read_text()
        assert "\nUid:\t10001\t10001\t10001\t10001\n" in status and "\nNoNewPrivs:\t1\n" in status and "\nCapBnd:\t0000000000000000\n" in status
        assert "NSpid:\t" in status and status.split("NSpid:\t")[1].splitlines()[0].split()[-1] == "1"
        assert not list(image.root.glob("dev/log"))
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            wait_for(kind, lambda kind=kind: probe(pod, one, kind).startswith("200 "))
        client = milter(one)
        assert client.mail("<no-reply@example.net>").kind in ("continue", "accept")
        client.abort()
        refused = client.mail("<other@example.net>")
        assert refused.code == 550 and "statement only-no-reply" in refused.text
        filter_.wait_line(f"id={refused.text.split('id=')[1]}")

        policy = one.volumes["policies"]
        text = (policy.folder / "sender.json").read_text()
        policy.update({"sender.json": text.replace("no-reply@", "reports@"), "second.json": text.replace("only-no-reply", "again")})
        filter_.signal(signal.SIGHUP)
        filter_.wait_line("reload: generation 2 in force: 2 files")
        client = milter(one)
        assert client.mail("<no-reply@example.net>").code == 550
        policy.update({"sender.json": text[:-20]})
        filter_.signal(signal.SIGHUP)
        assert "/policies/sender.json:" in filter_.wait_line("reload: refused, generation 2 stays in force")

        (one.folders["socket"] / "milter.sock").unlink()
        (one.folders["socket"] / "milter.sock").mkdir()
        filter_.signal(signal.SIGHUP)
        wait_for("not ready", lambda: probe(pod, one, "readinessProbe").startswith("503 "))
        assert probe(pod, one, "livenessProbe").startswith("200 ")
        (one.folders["socket"] / "milter.sock").rmdir()
        wait_for("ready again", lambda: probe(pod, one, "readinessProbe").startswith("200 "))
        assert filter_.stop() == 0


def states(process: int) -> list[str]:
    """Of the children of a process."""
    return [pathlib.Path(f"/proc/{child}/stat").read_text().rpartition(") ")[2][0] for child in children(process)]


def test_first_process(image, tmp_path):
    """It inherits the orphans of its namespace, and leaves no zombies. SIGTERM ends it though nothing else would."""
    one = manifest(tmp_path)
    with Pod() as pod:
        filter_ = pod.start(image, tmp_path / "filter.log", one.options("filter"))
        filter_.wait_line("generation 1 in force")
        # In its PID namespace, with the root of this machine: a child whose parent ends before it.
        gate = tmp_path / "gate"
        subprocess.run(["mkfifo", str(gate)], check=True)
        subprocess.run(["nsenter", f"--target={filter_.leader}", "--pid", "sh", "-c", f"(cat {gate}; exit 3) >/dev/null 2>&1 &"], check=True,
                       stdin=subprocess.DEVNULL)
        wait_for("no orphan has come", lambda: children(filter_.leader))
        gate.write_text("")
        wait_for(f"a zombie stays: {states(filter_.leader)}", lambda: not children(filter_.leader), 60)
        for number in (signal.SIGUSR2, signal.SIGALRM, signal.SIGCHLD):
            filter_.signal(number)
        assert filter_.stop() == 0
        assert not (one.folders["socket"] / "milter.sock").exists()


def test_wrong_policies(image, tmp_path):
    """It ends with 78 and says where the mistake is: the log of the container is all that there is to look at."""
    one = manifest(tmp_path)
    one.volumes["policies"].update({"sender.json": "{"})
    with Pod() as pod:
        assert pod.start(image, tmp_path / "filter.log", one.options("filter")).process.wait(LIMIT) == 78
    assert "/policies/sender.json:1:1: " in (tmp_path / "filter.log").read_text()


def test_compose(image, tmp_path):
    """Its filter starts with the settings beside the file, and then says that it is well: Postfix waits for that."""
    services = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]
    one = services["filter"]
    assert one["read_only"] is True and one["cap_drop"] == ["ALL"] and one["security_opt"] == ["no-new-privileges:true"]
    assert services["postfix"]["depends_on"] == {"filter": {"condition": "service_healthy"}}
    for name, file in (("filter", "Containerfile"), ("postfix", "postfix.Containerfile")):
        build = services[name]["build"]
        assert (HERE / build["context"]).resolve() / build["dockerfile"] == HERE / file
    (tmp_path / "socket").mkdir()
    os.chown(tmp_path / "socket", 10001, 10001)
    # As they are where the project was fetched under umask 077, and then as the page says.
    places = {"./settings": tmp_path / "settings", "./policies": tmp_path / "policies", "socket": tmp_path / "socket"}
    for source, name in ((HERE / "settings", "settings"), (ROOT / "contrib/examples", "policies")):
        shutil.copytree(source, tmp_path / name)
    call("chmod", "-R", "go=", str(tmp_path / "settings"), str(tmp_path / "policies"))
    (command,) = re.findall(r"^    (chmod .* settings policies) ", (HERE / "README.md").read_text(), re.M)
    call("sh", "-c", f"cd {shlex.quote(str(tmp_path))} && {command}")
    mounts = []
    for volume in one["volumes"]:
        source, target, *mode = volume.split(":")
        mounts.append({"source": str(places[source]), "target": target, "read_only": mode == ["ro"]})
    with Pod() as pod:
        filter_ = pod.start(image, tmp_path / "filter.log", {"read_only": True, "mounts": mounts, "capabilities": [], "groups": [], "environment": {}})
        filter_.wait_line("generation 1 in force: 4 files")
        kind, *command = one["healthcheck"]["test"]
        said = filter_.enter(*command, user=image.user)
        assert kind == "CMD" and said.returncode == 0 and "running:      version " in said.stdout, said.stdout
        assert filter_.stop() == 0
        assert filter_.enter(*command).returncode != 0


def test_relay(image, postfix, tmp_path):
    """The whole pod: an application sends to Postfix, Postfix asks the filter, and relays to SES by TLS and with its login."""
    with Pod() as pod, endpoint(pod, tmp_path / "ses") as port:
        host = f"[localhost]:{port}"
        (tmp_path / "pod").mkdir()
        one = manifest(tmp_path / "pod", {"ses-smtp": {"ses_smtp": f"{host} {fake_ses.USER}:{fake_ses.PASSWORD}\n"}})
        options = one.options("postfix")
        options["environment"] |= {"RELAYHOST": host}
        # Of the settings of Postfix only what a network without name servers and a stand-in for SES need.
        shutil.copy(tmp_path / "ses/cert.pem", postfix.root / "etc/ssl/certs/ca-certificates.crt")
        call("chroot", str(postfix.root), "postconf", "-e", "smtp_host_lookup = native")
        mta = pod.start(postfix, tmp_path / "postfix.log", options)
        mta.wait_line("daemon started")
        # Until the filter is there, nothing passes.
        assert json.loads(pod.python(SMTP, "no-reply@example.net"))[0] == 451
        filter_ = pod.start(image, tmp_path / "filter.log", one.options("filter"))
        filter_.wait_line("generation 1 in force")
        wait_for("ready", lambda: probe(pod, one, "readinessProbe").startswith("200 "))
        code, text = json.loads(pod.python(SMTP, "other@example.net"))
        assert code == 550 and "statement only-no-reply" in text
        assert json.loads(pod.python(SMTP, "no-reply@example.net")) == {}
        accepted = tmp_path / "ses/accepted.jsonl"
        wait_for(f"nothing has come to SES:\n{mta.log()}", lambda: accepted.exists() and accepted.read_text().endswith("\n"))
        (message,) = map(json.loads, accepted.read_text().splitlines())
        assert (message["mail_from"], message["user"], bool(message["tls"])) == ("no-reply@example.net", fake_ses.USER, True)
        assert filter_.stop() == 0
        assert mta.stop() == 0
