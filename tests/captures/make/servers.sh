# The servers: each srv_X NS [address] starts one and waits until it listens.  Sourced by make.sh.

make_cert() {
    [ -e "$RUN/tls.crt" ] && return
    quiet openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
        -subj "/CN=shop.example" -keyout "$RUN/tls.key" -out "$RUN/tls.crt" \
        -addext "subjectAltName=DNS:shop.example,DNS:www.shop.example,DNS:api.shop.example,DNS:mail.shop.example"
}

srv_nginx() {
    local n=$1
    make_cert
    mkdir -p "$RUN/www/img" "$RUN/nginx"
    cp -r "$HERE/make/www/." "$RUN/www/"
    python3 -c "
import random
r = random.Random(7)
open('$RUN/www/img/lamp.jpg', 'wb').write(r.randbytes(14000))
open('$RUN/www/img/rope.jpg', 'wb').write(r.randbytes(6500))
open('$RUN/www/catalogue.pdf', 'wb').write(r.randbytes(150000))
open('$RUN/www/shop.css', 'w').write('.product { margin: 4px } ' * 160)"
    sed "s#@RUN@#$RUN#g" "$HERE/make/nginx.conf" >"$RUN/nginx/nginx.conf"
    chmod -R a+rX "$RUN/www"
    start "$n" nginx -p "$RUN/nginx" -c "$RUN/nginx/nginx.conf"
    start "$n" python3 "$HERE/make/shop.py" 8000 ${SHOP_DB:-}
    wait_port "$n" 443
    wait_port "$n" 8000
}

srv_dns() {
    local n=$1
    start "$n" dnsmasq --keep-in-foreground --conf-file="$HERE/make/dnsmasq.conf" --pid-file= --user=root
    wait_port "$n" 53
}

srv_pg() {
    local n=$1 bin d
    bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
    d=$RUN/pg
    mkdir -p "$d" && chown postgres "$d"
    echo secret >"$RUN/pgpw"
    chmod 644 "$RUN/pgpw"
    (cd / && quiet runuser -u postgres -- "$bin/initdb" -A scram-sha-256 --pwfile="$RUN/pgpw" -U shop \
        --no-sync -D "$d/data")
    start "$n" runuser -u postgres -- "$bin/postgres" -D "$d/data" -h '*' -k "$d" -F \
        -c shared_buffers=16MB -c autovacuum=off -c log_min_messages=panic
    echo "host all all all scram-sha-256" >>"$d/data/pg_hba.conf"
    wait_port "$n" 5432
    export PGPASSWORD=secret
    local i
    for i in $(seq 50); do in_ "$n" psql -qh 127.0.0.1 -U shop -d postgres -c 'select 1' >/dev/null 2>&1 && break; sleep 0.2; done
    in_ "$n" psql -qh 127.0.0.1 -U shop -d postgres -f "$HERE/make/shop.sql" >>"$RUN/log" 2>&1
}

srv_mysql() {
    local n=$1 d=$RUN/mysql
    mkdir -p "$d" && chown mysql "$d"
    quiet mariadb-install-db --no-defaults --user=mysql --datadir="$d" --skip-test-db --auth-root-authentication-method=normal
    start "$n" mariadbd --no-defaults --user=mysql --datadir="$d" --socket="$d/s" --bind-address='*' --port=3306 \
        --skip-name-resolve --innodb-buffer-pool-size=16M
    wait_port "$n" 3306
    { echo "create database shop; create user shop@'%' identified by 'secret'; grant all on *.* to shop@'%'; use shop;"
      cat "$HERE/make/shop.sql"; } | mariadb --no-defaults --protocol=socket -S "$d/s" -u root >>"$RUN/log" 2>&1
}

srv_redis() {
    start "$1" redis-server --bind '*' '-::*' --protected-mode no --save '' --appendonly no --dir "$RUN" --logfile ''
    wait_port "$1" 6379
}

srv_ssh() {
    mkdir -p "$RUN/ssh" /run/sshd
    [ -e "$RUN/ssh/host" ] || quiet ssh-keygen -q -t ed25519 -N '' -f "$RUN/ssh/host"
    start "$1" /usr/sbin/sshd -D -f /dev/null -h "$RUN/ssh/host" -o PidFile=none -o UsePAM=no -o UseDNS=no
    wait_port "$1" 22
}
# a login that is refused after the key exchange
ssh_try() {
    at "$1" timeout 10 ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile=/dev/null -o IdentityFile=none -o PreferredAuthentications=publickey deploy@"$2"
}
