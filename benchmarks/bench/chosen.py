"""The rules that the fleet benchmark judges: every subject of a host's own, and always the same.

A rulebook that grows must not change what is measured.
"""

RULES = """
account-home-private
account-inactive-disabled
account-new-password-max-age
account-single-root
account-system-locked
audit-full-action
audit-programs-started
banner-login-warning
file-boot-protected
file-no-world-writable
file-sshd-config
file-suid-known
file-system-files-protected
firewall-default-deny
kernel-address-randomisation
kernel-core-dumps
kernel-links-protected
kernel-log-restricted
kernel-settings-kept
kernel-unprivileged-bpf
kernel-unused-protocols
log-files-protected
log-forwarded
log-login-events
log-persistent
mac-enforcing
mount-shared-memory
mount-temporary-folders
network-forwarding-off
network-redirects-not-sent
network-router-advertisements
network-source-routing
network-syn-cookies
package-automatic-updates
package-security-updates
package-sources-signed
pam-lockout
pam-password-dictionary
pam-password-hash
pam-password-history
service-no-legacy
service-no-unneeded
session-timeout
socket-no-cleartext
sshd-access-limited
sshd-empty-passwords
sshd-idle-timeout
sshd-log-level
sshd-login-grace
sshd-no-user-environment
sshd-no-x11-forwarding
sshd-strict-modes
sudo-logged
sudo-password-required
time-synchronised
""".split()  # noqa: SIM905 - one name a line
