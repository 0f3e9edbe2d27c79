# What both the program and its batches are made of (posix.sh). b INDEX / e INDEX STATUS: the marks
# around an answer, on stdout and on stderr alike. R names a second try. In a batch (I is set) what is
# done is told on descriptor 5.
b() { printf '\n%s %s <\n' "$N" "$1$R"; printf '\n%s %s <\n' "$N" "$1$R" >&2; }
e() {
	printf '\n%s %s > %s\n' "$N" "$1$R" "$2"; printf '\n%s %s > %s\n' "$N" "$1$R" "$2" >&2
	[ -z "$I" ] || printf '%s ' "$1" >&5
}
# skip INDEX WORD: an answer for which nothing was run.
skip() {
	printf '\n%s %s <\n\n%s %s > %s\n' "$N" "$1$R" "$N" "$1$R" "$2"
	[ -z "$I" ] || printf '%s ' "$1" >&5
}
# want INDEX: whether it has no answer yet (D lists those that have one).
want() { case $D in *" $1 "*) return 1 ;; esac; }
# run INDEX SECONDS CAP ARGV...
run() { i=$1; shift; b "$i"; go "$@"; s=$?; e "$i" "$s"; }
# twin PATH: Y becomes the same program where /usr is not merged (/usr/bin/x and /bin/x), or "".
twin() {
	case $1 in
	/usr/bin/* | /usr/sbin/*) Y=${1#/usr} ;;
	/bin/* | /sbin/*) Y=/usr$1 ;;
	*) Y= ;;
	esac
	[ -n "$Y" ] && [ -x "$Y" ] || Y=
}
# cmd INDEX SECONDS CAP ARGV...
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
# open INDEX SECONDS CAP PROBE ARGV...: what tells everybody as much as root while PROBE can be read.
open() {
	i=$1 t=$2 c=$3 p=$4; shift 4
	if [ "$M" = root ] || [ -r "$p" ]; then cmd "$i" "$t" "$c" "$@"
	elif [ "$M" = sudo ]; then cmd "$i" "$t" "$c" sudo -n -- "$@"
	else skip "$i" no_privilege
	fi
}
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
# file INDEX SECONDS CAP PATH PRIVILEGE, unless the archive has it already (K lists those).
file() {
	case $K in *" $1 "*) return ;; esac
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
	elif command -v stat >/dev/null 2>&1; then go "$t" 262144 stat -L -c "$form" "$@"; s=$?
	else s=tool
	fi
	e "$i" "$s"
}
# on WORD...: whether the host is one of these platforms.
on() { for w; do case $ids in *" $w "*) return 0 ;; esac; done; return 1; }
D=' ' K=' ' R= I=
