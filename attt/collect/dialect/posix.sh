# attt reads this host's configuration; it writes and changes nothing.
# One program a host: every ask stands between two marks that carry a random word (N), so that
# no file or command output can pass for another's. Filled in by posix.py at the @MARKS@.
unset N M S U
N=@NONCE@
# The system's own tools first: what somebody put into /usr/local may answer otherwise.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C
export PATH LC_ALL
unset ENV BASH_ENV CDPATH GREP_OPTIONS POSIXLY_CORRECT
IFS=' 	
'
umask 077
set -f
nl='
'
# b INDEX / e INDEX STATUS: the marks around an answer, on stdout and on stderr alike.
b() { printf '\n%s %s <\n' "$N" "$1"; printf '\n%s %s <\n' "$N" "$1" >&2; }
e() { printf '\n%s %s > %s\n' "$N" "$1" "$2"; printf '\n%s %s > %s\n' "$N" "$1" "$2" >&2; }

# The pipeline around one command: at most $1 bytes of stdout and 4 KiB of stderr, its exit status
# kept apart. It runs under the time-out as a whole, so that a grandchild that holds stdout open
# is ended with it.
capped='c=$1; shift; exec 4>&1; s=$({ { { "$@" 3>&- 4>&- 5>&-; echo $? >&5; } 2>&3 | head -c "$c" >&4 5>&-; } 3>&1 | head -c 4096 >&2 4>&- 5>&-; } 5>&1); exit "${s:-125}"'
limit() { shift; "$@"; }
if timeout -k 1 5 true 2>/dev/null; then limit() { timeout -k 1 "$@"; }
elif timeout 5 true 2>/dev/null; then limit() { timeout "$@"; }
fi
# run INDEX SECONDS CAP ARGV...
run() { i=$1; t=$2; c=$3; shift 3; b "$i"; limit "$t" /bin/sh -c "$capped" attt "$c" "$@"; e "$i" $?; }
# twin PATH: Y becomes the same program where /usr is not merged (/usr/bin/x and /bin/x), or "".
twin() {
	case $1 in
	/usr/bin/* | /usr/sbin/*) Y=${1#/usr} ;;
	/bin/* | /sbin/*) Y=/usr$1 ;;
	*) Y= ;;
	esac
	[ -n "$Y" ] && [ -x "$Y" ] || Y=
}
cmd() {
	x=$4; [ "$x" = sudo ] && x=$7
	case $x in
	/*)
		look "$x"
		if [ "$S" = a ]; then
			twin "$x"
			[ -n "$Y" ] || { skip "$1" tool; return; }
			i=$1 t=$2 c=$3
			if [ "$4" = sudo ]; then shift 7; set -- sudo -n -- "$Y" "$@"; else shift 4; set -- "$Y" "$@"; fi
			run "$i" "$t" "$c" "$@"
			return
		fi
		;;
	*) command -v "$x" >/dev/null 2>&1 || { skip "$1" tool; return; } ;;
	esac
	run "$@"
}
skip() { b "$1"; e "$1" "$2"; }

# look PATH: S becomes r (readable file), D (folder), d (denied), a (proved absent), s (something else).
look() {
	if [ -f "$1" ]; then S=d; [ -r "$1" ] && S=r
	elif [ -d "$1" ]; then S=D
	elif [ -e "$1" ] || [ -L "$1" ]; then S=s
	else
		d=$1
		while :; do
			d=${d%/*}
			[ -n "$d" ] || d=/
			if [ -e "$d" ] || [ "$d" = / ]; then break; fi
		done
		S=d; if [ -d "$d" ] && [ -x "$d" ]; then S=a; fi
	fi
}
# file INDEX SECONDS CAP PATH
file() {
	look "$4"
	case $S in
	r) run "$1" "$2" "$3" cat "$4" ;;
	d) if [ "$M" = sudo ] && [ "${5-}" = root ]; then run "$1" "$2" "$3" sudo -n -- /usr/bin/cat "$4"; else skip "$1" denied; fi ;;
	a) skip "$1" absent ;;
	*) skip "$1" odd ;;
	esac
}
# tree INDEX SECONDS CAP FOLDER GLOB PRIVILEGE
tree() {
	look "$4"
	case $S in
	D) ;;
	a) skip "$1" absent; return ;;
	d) skip "$1" denied; return ;;
	*) skip "$1" odd; return ;;
	esac
	i=$1 t=$2 c=$3 f=$4 g=$5 w=$6; bad=
	set --
	if [ -r "$f" ] && [ -x "$f" ]; then
		set +f
		set -- "$f"/$g
		set -f
		n=$#
		while [ "$n" -gt 0 ]; do
			p=$1; shift; n=$((n - 1))
			if [ -f "$p" ]; then
				[ -r "$p" ] || bad=1
				set -- "$@" "./${p#"$f"/}"
			fi
		done
	else bad=1
	fi
	if [ -z "$bad" ]; then
		if [ $# = 0 ]; then skip "$i" empty; else cmd "$i" "$t" "$c" tar -chf - -C "$f" "$@"; fi
	elif [ "$M" = sudo ] && [ "$w" = root ]; then run "$i" "$t" "$c" sudo -n -- /usr/bin/tar -chf - -C "$f" .
	else skip "$i" denied
	fi
}
# stats INDEX SECONDS PRIVILEGE PATH...
form='%a|%f|%u|%U|%g|%G|%s|%Y|%n'
stats() {
	i=$1 t=$2 w=$3; shift 3; n=$#
	b "$i"
	while [ "$n" -gt 0 ]; do
		f=$1; shift; n=$((n - 1))
		look "$f"
		if [ "$S" = a ]; then printf 'absent|%s\n' "$f"
		elif [ -e "$f" ]; then set -- "$@" "$f"
		elif [ "$M" = sudo ] && [ "$w" = root ]; then
			o=$(limit "$t" sudo -n -- /usr/bin/stat -L -c "$form" "$f" 2>&1)
			case $?$S:$o in
			0?:*) printf '%s\n' "$o" ;;
			1d:*": No such file or directory") printf 'absent|%s\n' "$f" ;;
			*) printf 'denied|%s\n' "$f" ;;
			esac
		else printf 'denied|%s\n' "$f"
		fi
	done
	if [ $# = 0 ]; then s=0
	elif command -v stat >/dev/null 2>&1; then
		limit "$t" /bin/sh -c "$capped" attt 262144 stat -L -c "$form" "$@"; s=$?
	else s=tool
	fi
	e "$i" "$s"
}

U=$(id -u)
if [ "${attt_only-}" != root ]; then
	# Header: who answers, and on what kind of host.
	b h
	printf 'uid %s\n' "$U"
	printf 'uname %s\n' "$(uname -srm 2>/dev/null)"
	for f in /etc/os-release /usr/lib/os-release; do
		if [ -f "$f" ] && [ -r "$f" ]; then head -c 8192 "$f"; break; fi
	done
	e h 0
fi
# The platform's words, read as text and never run.
ids=
for f in /etc/os-release /usr/lib/os-release; do
	if [ -f "$f" ] && [ -r "$f" ]; then
		ids=$(head -c 8192 "$f" | while read -r line; do
			case $line in
			ID=* | ID_LIKE=*)
				v=${line#*=}; v=${v#[\"\']}; v=${v%[\"\']}
				printf ' %s' "$v" ;;
			esac
		done)
		break
	fi
done
ids="$ids "
# on WORD...: whether the host is one of these platforms.
on() { for w; do case $ids in *" $w "*) return 0 ;; esac; done; return 1; }

M=none
pw=${p-}; p=
if [ "$U" = 0 ]; then M=root
elif [ -n "$pw" ] && command -v sudo >/dev/null 2>&1; then
	# One try with the password, on a command that does nothing; only a password that was
	# accepted is used to start the privileged half of this same program.
	b s
	if limit 20 sudo -k -n true 2>/dev/null; then M=nopasswd; s=0
	elif printf '%s\n' "$pw" | limit 20 sudo -S -k -p '' true >/dev/null; then M=password; s=0
	else s=refused
	fi
	e s "$s"
	b r
	case $M in
	nopasswd) printf 'attt_only=root\n%s' "${P#*"$nl"}" | sudo -n /bin/sh -c 'P=$(cat); eval "$P" </dev/null' ;;
	password) { printf '%s\n' "$pw"; printf 'attt_only=root\n%s' "${P#*"$nl"}"; } | sudo -S -k -p '' /bin/sh -c 'P=$(cat); eval "$P" </dev/null' ;;
	*) false ;;
	esac
	e r $?
elif command -v sudo >/dev/null 2>&1 && limit 20 sudo -n -l >/dev/null 2>&1; then M=sudo
fi

pw=
if [ "${attt_only-}" != root ]; then
	b m; printf '%s\n' "$M"; e m 0
	:
@PLAIN@
fi
case $M in
root)
	:
@ROOT@
	;;
sudo)
	:
@SUDO@
	;;
none)
	:
@NONE@
	;;
esac
[ "${attt_only-}" = root ] || skip z end
