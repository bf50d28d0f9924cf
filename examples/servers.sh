# Sourced by the examples' run programs: a private database and PHP servers that keep their sessions in it. They stay
# until Ctrl-C; nothing is left running or behind. The program that sources this sets `example` to its name.
#
#   RUSTDB_DEMO_REUSE=1   use the database named by RUSTDB_TEST_* instead of a private one
#   RUSTDB_SO             use this library instead of building it
#   PHP_CONFIG            the PHP to use (default: php-config)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir=
own_database=
servers=() # process ids of the PHP servers, each also the id of a process group (setsid) with its workers

fail() {
    echo "$example: $*" >&2
    exit 1
}

# shellcheck disable=SC2317 # called by the trap
cleanup() {
    trap '' INT TERM HUP
    local pid
    # A server that has just been started is in the list of jobs before it is in ours, and before it has its group.
    for pid in "${servers[@]}" $(jobs -p); do
        kill -s TERM -- "-$pid" 2>/dev/null || kill -s TERM "$pid" 2>/dev/null || true
    done
    wait
    # The workers are their masters' children, not ours, and end a moment later.
    local deadline=$((SECONDS + 10))
    for pid in "${servers[@]}"; do
        while kill -0 -- "-$pid" 2>/dev/null && ((SECONDS < deadline)); do
            sleep 0.02
        done
    done
    if [[ $own_database ]]; then
        setsid "$root/bin/server" stop "$dir" || true
    fi
    rm -rf "$dir"
}

# free_ports NUMBER: so many ports that are free now; all sockets are open at once so that they differ.
free_ports() {
    # shellcheck disable=SC2016 # PHP's variables, not the shell's
    "$PHP" -n -r '
        for ($i = 0; $i < $argv[1]; $i++) {
            $socket[$i] = stream_socket_server("tcp://127.0.0.1:0");
            echo substr(strrchr(stream_socket_get_name($socket[$i], false), ":"), 1), "\n";
        }' -- "$1"
}

# prepare: builds, starts the database, and writes the php.ini, to which the standard input is added.
prepare() {
    if [[ ! ${RUSTDB_SO:-} ]]; then
        "$root/bin/setup" build demo
        make --no-print-directory -C "$root" build
        RUSTDB_SO=$root/target/release/librustdb.so
    fi
    # shellcheck source=bin/php-env
    . "$root/bin/php-env"

    umask 077
    dir=$(mktemp -d "${TMPDIR:-/tmp}/rustdb-$example.XXXXXX")
    trap cleanup EXIT
    # Ctrl-C is how an example is meant to end, so it counts as success.
    trap 'exit 0' INT TERM HUP

    if [[ ! ${RUSTDB_DEMO_REUSE:-} ]]; then
        echo "Starting a private MariaDB ..."
        # setsid keeps the terminal's Ctrl-C from it: the database ends after the PHP servers.
        own_database=1
        setsid "$root/bin/server" start mariadb "$dir"
        eval "$("$root/bin/server" env "$dir")"
    fi

    printf '%s\n' "$RUSTDB_TEST_PASSWORD" >"$dir/password"
    {
        cat <<INI
extension="$RUSTDB_SO"
session.save_handler=rustdb
rustdb.socket="${RUSTDB_TEST_SOCKET:-}"
rustdb.host="$RUSTDB_TEST_HOST"
rustdb.port=$RUSTDB_TEST_PORT
rustdb.user="$RUSTDB_TEST_USER"
rustdb.password_file="$dir/password"
rustdb.database="$RUSTDB_TEST_DATABASE"

session.use_strict_mode=1
session.cookie_httponly=1
error_reporting=-1
display_errors=0
log_errors=1
INI
        cat
    } >"$dir/php.ini"
    "$PHP" -n -c "$dir/php.ini" -r 'exit(extension_loaded("rustdb") ? 0 : 1);' ||
        fail "$PHP does not load $RUSTDB_SO"
}

# start_php NAME PORT FOLDER [ROUTER]: a PHP server with an own master and four workers, or as many as `workers` says.
start_php() {
    local name=$1 port=$2 folder=$3 log=$dir/php-$1.log deadline=$((SECONDS + 15)) pid
    shift 3
    RUSTDB_DEMO_SERVER=$name PHP_CLI_SERVER_WORKERS=${workers:-4} \
        setsid "$PHP" -n -c "$dir/php.ini" -S "127.0.0.1:$port" -t "$folder" "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    servers+=("$pid")
    until grep -qs 'Development Server .* started' "$log"; do # the log is not there for a moment
        if ! kill -0 "$pid" 2>/dev/null || ((SECONDS > deadline)); then
            cat "$log" >&2
            fail "PHP server $name did not start on port $port"
        fi
        sleep 0.05
    done
}

# serve: returns only if a server ends by itself; Ctrl-C leaves by the trap.
serve() {
    wait -n || true
    grep -hv ' started$' "$dir"/php-*.log | tail -n 10 >&2 || true
    fail "a PHP server ended"
}
