"""The subject that a rule is about, by which people read long lists: "Dịch vụ SSH", "Tường lửa"."""

from collections.abc import Mapping

from attt.model.rule import Rule
from attt.model.subject import SubjectKind
from attt.report.words import Term

NETWORK = Term("Cổng, dịch vụ nhìn từ mạng", "Ports and services seen from the network")
SSH = Term("Dịch vụ SSH", "SSH service")
ACCOUNTS = Term("Tài khoản, mật khẩu", "Accounts and passwords")
RIGHTS = Term("Quyền quản trị (sudo)", "Administrators' rights (sudo)")
FILES = Term("Tệp, phân quyền, phân vùng", "Files, modes and mounts")
SERVICES = Term("Dịch vụ đang chạy", "Running services")
FIREWALL = Term("Tường lửa của máy chủ", "Host firewall")
WEB = Term("Máy chủ web, cân bằng tải", "Web servers and load balancers")
CONTAINERS = Term("Container", "Containers")
CRYPTOGRAPHY = Term("Mật mã", "Cryptography")
DATABASES = Term("Cơ sở dữ liệu", "Databases")
BACKUPS = Term("Sao lưu", "Backups")
KERNEL = Term("Nhân hệ điều hành, ngăn xếp mạng", "Kernel and network stack")
PACKAGES = Term("Phần mềm, bản vá", "Software and updates")
MALWARE = Term("Phòng, chống mã độc, xâm nhập", "Malware and intrusion")
LOGS = Term("Nhật ký, giám sát", "Logs and auditing")
TIME = Term("Đồng bộ thời gian", "Time")
TASKS = Term("Tác vụ tự động", "Scheduled tasks")
SESSIONS = Term("Phiên làm việc, màn hình đăng nhập", "Sessions and log-in screens")
OTHER = Term("Nội dung khác", "Other")

TOPICS = (
    NETWORK, SSH, ACCOUNTS, RIGHTS, FIREWALL, SERVICES, WEB, CONTAINERS, DATABASES, BACKUPS, FILES,
    KERNEL, CRYPTOGRAPHY, PACKAGES, MALWARE, LOGS, TIME, TASKS, SESSIONS, OTHER,
)  # fmt: skip
"""In the order in which papers tell them: from the network inwards."""

_WORDS: Mapping[str, Term] = {
    **dict.fromkeys(("sshd", "ssh"), SSH),
    **dict.fromkeys(
        ("account", "accounts", "password", "passwords", "pam", "pwquality", "lockout", "login",
         "logins", "faillock", "authentication", "shadow", "su"), ACCOUNTS),
    **dict.fromkeys(("sudo", "sudoers", "privilege", "polkit"), RIGHTS),
    **dict.fromkeys(("firewall", "nftables", "iptables", "ufw", "firewalld"), FIREWALL),
    **dict.fromkeys(
        ("socket", "sockets", "service", "services", "unit", "units", "x11", "nfs", "snmp",
         "dns", "dhcp", "ftp", "database", "mail", "smb", "samba", "rpc", "server"), SERVICES),
    **dict.fromkeys(("web", "nginx", "apache", "haproxy"), WEB),
    **dict.fromkeys(("docker", "container", "containers", "podman"), CONTAINERS),
    **dict.fromkeys(("crypto", "certificate"), CRYPTOGRAPHY),
    **dict.fromkeys(
        ("file", "files", "mount", "mounts", "suid", "filesystem", "home", "disk", "umask",
         "usb", "storage"), FILES),
    **dict.fromkeys(
        ("kernel", "sysctl", "network", "module", "modules", "ipv6", "core", "coredump", "mac",
         "apparmor", "selinux", "boot", "grub", "bootloader", "tcp", "process"), KERNEL),
    **dict.fromkeys(
        ("package", "packages", "update", "updates", "apt", "rpm", "repository", "os",
         "software", "system", "browser", "patch"), PACKAGES),
    **dict.fromkeys(("malware", "edr", "antivirus", "host", "fail2ban"), MALWARE),
    **dict.fromkeys(
        ("log", "logs", "logging", "journal", "journald", "rsyslog", "syslog", "auditd", "audit",
         "logrotate", "aide", "integrity", "monitoring", "performance"), LOGS),
    **dict.fromkeys(("postgresql", "mysql", "redis", "mongodb"), DATABASES),
    **dict.fromkeys(("backup", "backups"), BACKUPS),
    **dict.fromkeys(("time", "ntp", "chrony", "clock"), TIME),
    **dict.fromkeys(("cron", "timer", "timers", "task", "tasks", "at", "schedule"), TASKS),
    **dict.fromkeys(
        ("session", "shell", "banner", "banners", "autologin", "screen", "issue", "motd", "tmout",
         "display", "console"), SESSIONS),
}  # fmt: skip


def topic(rule: Rule) -> Term:
    """By the first word of its id, else by the first fact that it needs."""
    if rule.subject is SubjectKind.ENDPOINT:
        return NETWORK
    named = _WORDS.get(rule.id.partition("-")[0])
    if named is not None:
        return named
    facts = (key.id.partition(".")[0] for key in rule.needs.values())
    return next((_WORDS[f] for f in facts if f in _WORDS), OTHER)
