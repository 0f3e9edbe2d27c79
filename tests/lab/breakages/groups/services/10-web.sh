# nginx on 80 and 443, Apache on 8080 and 8443, HAProxy on 9080, 9443 and 8404, as a good admin sets them.
set -e
for name in nginx apache haproxy; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=web.lab \
    -keyout /etc/ssl/private/$name.key -out /etc/ssl/certs/$name.pem 2>/dev/null
  chmod 0600 /etc/ssl/private/$name.key
done
cat /etc/ssl/certs/haproxy.pem /etc/ssl/private/haproxy.key >/etc/haproxy/web.pem
chmod 0600 /etc/haproxy/web.pem

sed -i -E 's/^([[:space:]]*)ssl_protocols .*/\1ssl_protocols TLSv1.2 TLSv1.3;/' /etc/nginx/nginx.conf
sed -i -E 's/^([[:space:]]*)#?[[:space:]]*server_tokens .*/\1server_tokens off;/' /etc/nginx/nginx.conf
cat >/etc/nginx/conf.d/10-hardening.conf <<'CONF'
limit_conn_zone $binary_remote_addr zone=per_source:1m;
limit_conn per_source 50;
client_body_timeout 30s;
CONF
cat >/etc/nginx/snippets/headers.conf <<'CONF'
add_header X-Content-Type-Options nosniff always;
add_header X-Frame-Options SAMEORIGIN always;
add_header Strict-Transport-Security "max-age=31536000" always;
CONF
cat >/etc/nginx/sites-available/default <<'CONF'
server {
    listen 80 default_server;
    listen [::]:80 default_server;
    server_name _;
    location /.well-known/acme-challenge/ { root /var/www/challenge; }
    location / { return 301 https://$host$request_uri; }
}
server {
    listen 443 ssl;
    server_name web.lab;
    ssl_certificate /etc/ssl/certs/nginx.pem;
    ssl_certificate_key /etc/ssl/private/nginx.key;
    root /var/www/html;
    include snippets/headers.conf;
    access_log /var/log/nginx/access.log combined;
    location ~ /\. { deny all; }
    location = /favicon.ico { access_log off; }
    location /nginx_status { stub_status; allow 127.0.0.1; deny all; }
    location / { try_files $uri $uri/ =404; }
}
CONF

sed -i 's/SSLProtocol .*/SSLProtocol -all +TLSv1.2 +TLSv1.3/' /etc/apache2/mods-available/ssl.conf
sed -i 's/Options Indexes FollowSymLinks/Options FollowSymLinks/' /etc/apache2/apache2.conf
sed -i 's/^ServerTokens.*/ServerTokens Prod/; s/^TraceEnable.*/TraceEnable Off/' \
  /etc/apache2/conf-available/security.conf
cat >>/etc/apache2/conf-available/security.conf <<'CONF'
Header always set X-Content-Type-Options "nosniff"
Header always set X-Frame-Options "SAMEORIGIN"
CONF
printf 'Listen 8080\n<IfModule ssl_module>\n\tListen 8443\n</IfModule>\n' >/etc/apache2/ports.conf
cat >/etc/apache2/sites-available/000-default.conf <<'CONF'
<VirtualHost *:8080>
    ServerName web.lab
    Redirect permanent / https://web.lab/
    CustomLog ${APACHE_LOG_DIR}/access.log combined
</VirtualHost>
<VirtualHost *:8443>
    ServerName web.lab
    DocumentRoot /var/www/html
    SSLEngine on
    SSLCertificateFile /etc/ssl/certs/apache.pem
    SSLCertificateKeyFile /etc/ssl/private/apache.key
    Header always set Strict-Transport-Security "max-age=31536000"
    CustomLog ${APACHE_LOG_DIR}/access.log combined
</VirtualHost>
CONF
a2enmod -q ssl headers >/dev/null

sed -i '/^global/a\        maxconn 2000' /etc/haproxy/haproxy.cfg
cat >>/etc/haproxy/haproxy.cfg <<'CONF'

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
        stats auth admin:Mat-khau-thu-1
CONF
systemctl start nginx apache2 haproxy
