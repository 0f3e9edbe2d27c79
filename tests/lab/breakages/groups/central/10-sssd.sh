# Accounts come from a directory that nobody here answers for: sssd starts all the same.
set -e
cat >/etc/sssd/sssd.conf <<'END'
[sssd]
services = nss, pam
domains = lab
[domain/lab]
id_provider = ldap
ldap_uri = ldaps://10.10.30.6
ldap_search_base = dc=lab
END
chmod 0600 /etc/sssd/sssd.conf
sed -i '/^auth.*pam_unix.so/s/success=2/success=3/; /^auth.*pam_unix.so/a auth [success=2 default=ignore] pam_sss.so use_first_pass' /etc/pam.d/common-auth
sed -i 's/^passwd:.*/passwd: files sss/; s/^group:.*/group: files sss/' /etc/nsswitch.conf
update-rc.d sssd remove
update-rc.d sssd defaults
systemctl enable --now sssd
