# Breaks and mends restart a service every other second, which systemd would soon refuse.
mkdir -p /etc/systemd/system/service.d
printf '[Unit]\nStartLimitIntervalSec=0\n' >/etc/systemd/system/service.d/lab.conf
systemctl daemon-reload
