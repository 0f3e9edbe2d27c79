"""nginx, Apache and HAProxy on one real host: hardened by hand all passes, one break turns its rule."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from lab.asking import pins_of, rulebook, surroundings, target_of
from lab.host import LabHost

from attt.collect.transport.ssh import SshTransport
from attt.evaluate.judge import settle
from attt.examine import examine
from attt.facts.registry import FACTS
from attt.model import ask as asks
from attt.plan.hosts import HostPlan

OURS = ("nginx-", "apache-", "haproxy-")
NGINX = """server {
    listen 80 default_server;
    listen [::]:80 default_server;
    server_name _;
    location /.well-known/acme-challenge/ { root /var/www/challenge; }
    location / { return 301 https://$host$request_uri; }
}
server {
    listen 443 ssl;
    server_name web.lab;
    ssl_certificate /etc/ssl/certs/web.pem;
    ssl_certificate_key /etc/ssl/private/web.key;
    root /var/www/html;
    include snippets/headers.conf;
    location ~ /\\. { deny all; }
    location = /favicon.ico { access_log off; }
    location /nginx_status { stub_status; allow 127.0.0.1; deny all; }
    location / { try_files $uri $uri/ =404; }
}
"""
APACHE = """<VirtualHost *:8080>
    ServerName web.lab
    Redirect permanent / https://web.lab/
    CustomLog ${APACHE_LOG_DIR}/access.log combined
</VirtualHost>
<VirtualHost *:8443>
    ServerName web.lab
    DocumentRoot /var/www/html
    SSLEngine on
    SSLCertificateFile /etc/ssl/certs/web.pem
    SSLCertificateKeyFile /etc/ssl/private/web.key
    Header always set Strict-Transport-Security "max-age=31536000"
    CustomLog ${APACHE_LOG_DIR}/access.log combined
</VirtualHost>
"""
HEADERS = """add_header X-Content-Type-Options nosniff always;
add_header X-Frame-Options "SAMEORIGIN" always;
add_header Strict-Transport-Security "max-age=31536000" always;
"""
FILES = {
    "/etc/nginx/conf.d/10-hardening.conf": """server_tokens off;
limit_conn_zone $binary_remote_addr zone=per_source:1m;
limit_conn per_source 50;
client_header_timeout 15s;
""",
    "/etc/nginx/sites-available/default": NGINX,
    "/etc/nginx/snippets/headers.conf": HEADERS,
    "/etc/apache2/ports.conf": "Listen 8080\n<IfModule ssl_module>\n\tListen 8443\n</IfModule>\n",
    "/etc/apache2/sites-available/000-default.conf": APACHE,
    "/etc/apache2/conf-enabled/zz-hardening.conf": """ServerTokens Prod
TraceEnable Off
Header always set X-Content-Type-Options "nosniff"
Header always set X-Frame-Options "SAMEORIGIN"
""",
    "/run/lab/proxies": """
frontend web
    bind :9080
    bind :9443 ssl crt /etc/haproxy/web.pem
    http-request redirect scheme https code 301 unless { ssl_fc }
    default_backend app

backend app
    server local 127.0.0.1:8080

listen stats
    bind 127.0.0.1:8404
    stats enable
    stats uri /
    stats auth quantri:Mat-khau-thu-1
""",
}
HARDEN = """set -e
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=web.lab \
    -keyout /etc/ssl/private/web.key -out /etc/ssl/certs/web.pem 2>/dev/null
cat /etc/ssl/certs/web.pem /etc/ssl/private/web.key >/etc/haproxy/web.pem
chmod 0600 /etc/ssl/private/web.key /etc/haproxy/web.pem
sed -i 's/ssl_protocols .*/ssl_protocols TLSv1.2 TLSv1.3;/; /server_tokens/d' /etc/nginx/nginx.conf
sed -i 's/SSLProtocol .*/SSLProtocol -all +TLSv1.2 +TLSv1.3/' /etc/apache2/mods-available/ssl.conf
sed -i 's/Options Indexes FollowSymLinks/Options FollowSymLinks/' /etc/apache2/apache2.conf
a2enmod -q ssl headers
cat /run/lab/proxies >>/etc/haproxy/haproxy.cfg
sed -i '/^global/a maxconn 2000' /etc/haproxy/haproxy.cfg
systemctl start nginx apache2 haproxy
"""
SITE = "/etc/nginx/sites-available/default"
CFG = "/etc/haproxy/haproxy.cfg"
ZZ = "/etc/apache2/conf-enabled/zz-hardening.conf"
BREAKS = {
    "old-tls": (
        f"sed -i 's/listen 443 ssl;/&ssl_protocols TLSv1.1 TLSv1.2;/' {SITE}; systemctl reload nginx",
        f"sed -i 's/ssl_protocols TLSv1.1 TLSv1.2;//' {SITE}; systemctl reload nginx",
        {"nginx-tls-version"},
    ),
    "a-header-of-its-own": (
        (
            f"sed -i 's/location . {{ try_files/location \\/ {{ add_header X-App 1; try_files/' {SITE};"
            "systemctl reload nginx"
        ),
        f"sed -i 's/add_header X-App 1; //' {SITE}; systemctl reload nginx",
        {"nginx-security-headers", "nginx-hsts"},
    ),
    "trace-listing-and-a-weak-cipher": (
        (
            f"printf 'TraceEnable On\\nSSLCipherSuite HIGH:RC4-SHA:!aNULL\\n' >>{ZZ};"
            "sed -i 's/Options FollowSymLinks/Options +Indexes/' /etc/apache2/apache2.conf;"
            "systemctl reload apache2"
        ),
        (
            f"sed -i '/TraceEnable On/d; /RC4/d' {ZZ};"
            "sed -i 's/Options +Indexes/Options FollowSymLinks/' /etc/apache2/apache2.conf;"
            "systemctl reload apache2"
        ),
        {"apache-trace-off", "apache-tls-ciphers", "apache-no-directory-listing"},
    ),
    "proxy-in-clear-text-as-root": (
        (
            f"cp {CFG} /run/lab/good; sed -i '/redirect scheme/d; /stats auth/d; s/127.0.0.1:8404/:8404/;"
            f" s/^\\tuser haproxy/\\tuser root/' {CFG}; systemctl restart haproxy"
        ),
        f"cp /run/lab/good {CFG}; systemctl restart haproxy",
        {"haproxy-https-only", "haproxy-stats-protected", "haproxy-unprivileged"},
    ),
    "open-files": (
        "chmod 0644 /etc/ssl/private/web.key; chmod 0666 /etc/nginx/snippets/headers.conf",
        "chmod 0600 /etc/ssl/private/web.key; chmod 0644 /etc/nginx/snippets/headers.conf",
        {"nginx-key-protected", "apache-key-protected", "nginx-config-protected"},
    ),
}


def verdicts(host: LabHost, folder: Path) -> Mapping[str, str]:
    """The verdicts of the rules on web servers alone, asked as an audit asks them."""
    target = target_of(host, "root")
    rules = [rule for name, rule in rulebook().rules.items() if name.startswith(OURS)]
    facts = tuple(dict.fromkeys(key for rule in rules for key in rule.needs.values()))
    unique = {asks.key(ask): ask for key in facts for ask in FACTS[key.id].asks({}).values()}
    uses = tuple((rule.id, tuple(sorted(settle(rule, {}).items()))) for rule in rules)
    plan = HostPlan(host=target, uses=uses, facts=facts, asks=tuple(unique.values()))
    pins = pins_of(folder, host)
    evidence = SshTransport(surroundings(), pins).gather(target, plan.asks)
    record, _ = examine(evidence, plan, rulebook())
    return {finding.rule: finding.verdict.value for finding in record.findings}


def harden(host: LabHost) -> None:
    """What a good admin sets, and all three started."""
    for path, text in FILES.items():
        host.write(path, text)
    host.run(HARDEN)


@pytest.fixture
def web(lab, request):
    """A host with all three installed from Debian, none of them started."""
    host = lab.host(request.param)
    host.user("root")
    yield host
    host.stop()


@pytest.mark.parametrize("web", ["debian-12-services"], indirect=True)
def test_absent_then_hardened_then_changed_without_a_reload(web, tmp_path):
    """What does not run is not judged, a good host passes all, an unloaded change is unknown."""
    absent = verdicts(web, tmp_path)
    harden(web)
    hardened = verdicts(web, tmp_path)
    web.run(f"sleep 3.5; echo '# sửa' >>{SITE}; echo >>{CFG}; echo >>/etc/apache2/ports.conf")
    changed = verdicts(web, tmp_path)

    assert {"not_applicable"} == set(absent.values())
    assert dict.fromkeys(absent, "pass") == hardened
    assert {"unknown"} == set(changed.values())


@pytest.mark.parametrize("web", ["debian-13-services"], indirect=True)
def test_each_break_of_a_hardened_host_turns_its_own_rules(web, tmp_path):
    """A break turns exactly its rules from pass to fail; mended, all is as before."""
    harden(web)
    before = verdicts(web, tmp_path)
    for name, (act, undo, fails) in BREAKS.items():
        web.run(act)
        moved = {rule: v for rule, v in verdicts(web, tmp_path).items() if before[rule] != v}
        web.run(undo)

        assert (name, dict.fromkeys(fails, "fail")) == (name, moved)
    assert {"pass"} == set(before.values())
    assert before == verdicts(web, tmp_path)
