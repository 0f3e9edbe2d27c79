"""Services of a real host, seen from the network: good ones pass, each bad one fails its own rule."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
NAME = "web1.example.vn"
NOW = dt.datetime.now(dt.UTC)
INVENTORY = """organisations:
  - {{id: ubnd, name: Ủy ban nhân dân tỉnh Mẫu, role: owner}}
  - {{id: tt, name: Trung tâm Chuyển đổi số, role: operator}}
vantage: {{zone: quan-tri}}
zones:
  - id: quan-tri
    name: Vùng quản trị
    cidrs: [192.0.2.0/24]
  - id: may-chu
    name: Vùng máy chủ
    cidrs: ["{address}/32"]
    expose: [{{from: quan-tri, services: [22/tcp, 443/tcp, 5432/tcp]}}]
scan_approvals:
  - {{zones: [may-chu], document: 1/KH-UBND, date: 2026-01-01, until: 2099-12-31, by: ubnd}}
systems:
  - {{code: A, name: Hệ thống A, level: 4, owner: ubnd, operator: tt, hosts: [h1]}}
hosts:
  - {{id: h1, name: {name}, addresses: ["{address}"], zone: may-chu, transport: none, reason: Chỉ quét}}
"""
SERVER = """
import http.server, socketserver, ssl, sys, threading, time
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(401 if self.server.is_asking else 200)
        if self.server.is_asking:
            self.send_header("WWW-Authenticate", 'Basic realm="<script>"')
        self.end_headers()
    def log_message(self, *words): pass
class Old(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(bytes.fromhex(HELLO))
        self.request.recv(1000)
HELLO = ("4a0000000a382e302e333600080000003b5a6c6b2f4d2a3b00ffffff0200ffdf15"
         "00000000000000000000117d254b5f1e6a3c2b4d5e6f006d7973716c5f6e61746976655f70617373776f726400")
def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
class Web(http.server.ThreadingHTTPServer):
    def finish_request(self, request, address):
        if self.context:
            request.settimeout(5)
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, address)
    def handle_error(self, request, address): pass
for words in sys.argv[1:]:
    port, cert, oldest, suites = words.split(",")
    if cert == "mysql":
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        serve(socketserver.ThreadingTCPServer(("", int(port)), Old))
        continue
    web = Web(("", int(port)), Page)
    web.is_asking, web.context = cert == "basic", None
    if cert != "basic":
        web.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        web.context.set_ciphers(suites + ":@SECLEVEL=0")
        web.context.minimum_version = getattr(ssl.TLSVersion, oldest)
        web.context.load_cert_chain(f"/srv/{cert}.pem")
    serve(web)
print("ready", flush=True)
time.sleep(600)
"""
GOOD = "ECDHE+AESGCM"


class Authority:
    """An authority of the test's own, which the scanning side is told to trust."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lab CA")])
        end = NOW + dt.timedelta(days=900)
        made = self._made(self._name, self._key.public_key(), end, self._name)
        limits = x509.BasicConstraints(ca=True, path_length=None)
        self.certificate = made.add_extension(limits, critical=True).sign(
            self._key, hashes.SHA256()
        )

    def issue(self, name=NAME, *, days=300, key=None, itself=False):
        """A certificate and its key as PEM; `itself` signs it with its own key."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        end = NOW + dt.timedelta(days=days, hours=1)
        made = self._made(subject, key.public_key(), end, subject if itself else self._name)
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        signed = made.add_extension(names, critical=False).sign(
            key if itself else self._key, hashes.SHA256()
        )
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return signed.public_bytes(serialization.Encoding.PEM) + private

    def _made(self, subject, public, end, issuer):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - dt.timedelta(days=400))
            .not_valid_after(end)
        )


def scanned(folder, ca):
    """The findings of one audit that only scans: by rule its verdict and the items that failed."""
    done = subprocess.run(
        [sys.executable, "-m", "attt", "--lang", "en", "audit", "i.yaml", "--json"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT),
             "SSL_CERT_FILE": str(ca)},
    )  # fmt: skip
    found = json.loads(done.stdout)["endpoints"]
    return {
        f["rule"]: (f["verdict"], {c["item"].split(" / ")[0] for c in f["failing"]}) for f in found
    }


def serve(host, *words):
    """Services of the test's own script on the host, in place of those that ran before."""
    host.run("systemctl stop pages 2>/dev/null; systemctl reset-failed pages 2>/dev/null; true")
    host.run(["systemd-run", "--unit=pages", "/usr/bin/python3", "/srv/serve.py", *words])
    host.run("for n in $(seq 50); do ss -Hltn | grep -q ':443 ' && exit 0; sleep 0.1; done; exit 1")


@pytest.fixture(scope="module")
def office(lab, tmp_path_factory):
    """A host with certificates of every kind, and an office that may scan it."""
    folder = tmp_path_factory.mktemp("scan")
    host = lab.host("debian-12")
    try:
        authority = Authority()
        ca = folder / "ca.pem"
        ca.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
        (folder / "i.yaml").write_text(INVENTORY.format(address=host.address, name=NAME))
        for name, pem in {
            "good": authority.issue(),
            "expired": authority.issue(days=-2),
            "other": authority.issue("other.example.vn"),
            "itself": authority.issue(itself=True),
            "short": authority.issue(key=rsa.generate_private_key(65537, 1024)),
        }.items():
            host.write(f"/srv/{name}.pem", pem)
        host.write("/srv/serve.py", SERVER)
        host.run("systemctl stop vsftpd; nft flush ruleset")
        yield folder, ca, host
    finally:
        host.stop()


def test_a_well_kept_host_passes_every_rule_of_the_network(office):
    """TLS 1.2 and 1.3 under a trusted certificate for its own name, sshd's defaults, nothing else."""
    folder, ca, host = office
    host.run("rm -f /etc/ssh/sshd_config.d/weak.conf; systemctl stop vsftpd; systemctl reload ssh")
    serve(host, f"443,good,TLSv1_2,{GOOD}")
    found = scanned(folder, ca)

    assert {"pass"} == {verdict for verdict, _ in found.values()}, found
    assert 10 == len(found)


def test_each_bad_service_fails_its_own_rule_and_no_other(office):
    """Nine services, each bad in one way, beside the good ones: only their own rules name them."""
    folder, ca, host = office
    host.write("/etc/ssh/sshd_config.d/weak.conf", "Ciphers aes256-ctr,aes256-cbc\n")
    host.run("systemctl reload ssh; systemctl start vsftpd")
    serve(
        host,
        f"443,good,TLSv1_2,{GOOD}",
        f"8443,expired,TLSv1_2,{GOOD}",
        f"8444,other,TLSv1_2,{GOOD}",
        f"8445,itself,TLSv1_2,{GOOD}",
        "8446,good,TLSv1,ECDHE+AES",
        f"8447,good,TLSv1_2,{GOOD}:ECDHE-ECDSA-NULL-SHA",
        f"8448,short,TLSv1_2,{GOOD}",
        "8080,basic,,",
        "3306,mysql,,",
    )
    found = scanned(folder, ca)
    extra = {f"{port}/tcp" for port in (21, 3306, 8080, *range(8443, 8449))}

    assert {
        "endpoint-certificate-key": ("fail", {"8448/tcp"}),
        "endpoint-certificate-name": ("fail", {"8444/tcp"}),
        "endpoint-certificate-trusted": ("fail", {"8445/tcp"}),
        "endpoint-certificate-valid": ("fail", {"8443/tcp"}),
        "endpoint-exposure": ("fail", extra),
        "endpoint-no-cleartext": ("fail", {"21/tcp", "8080/tcp"}),
        "endpoint-no-exposed-database": ("fail", {"3306/tcp"}),
        "endpoint-ssh-algorithms": ("fail", {"22/tcp"}),
        "endpoint-tls-suites": ("fail", {"8447/tcp"}),
        "endpoint-tls-version": ("fail", {"8446/tcp"}),
    } == found
