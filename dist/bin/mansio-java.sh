# Read by the scripts beside it, which set "home": finds a JVM of Java 25 and starts it. Prints what to do and ends with 69
# when there is none.

# The major version of a java command. From the note that lies with each JDK, since asking the JVM itself takes longer than all else here.
java_major() {
  release=$(dirname "$(dirname "$(readlink -f "$1")")")/release
  if [ -r "$release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release"
  else
    "$1" -version 2>&1 | sed -n 's/^[^"]*"\([0-9]*\).*/\1/p' | head -n 1
  fi
}

find_java() {
  for candidate in "${home:+$home/runtime/bin/java}" "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" \
    /usr/lib/jvm/*25*/bin/java; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && [ "$(java_major "$candidate")" = 25 ]; then
      java=$candidate
      return 0
    fi
  done
  echo "mansio: no Java 25 found: install a JDK 25, or set JAVA_HOME to one" >&2
  exit 69 # EX_UNAVAILABLE
}

# All jars in the order of their names: an AOT cache fits one class path only, and a folder's own order differs between copies.
class_path() {
  LC_ALL=C # In each language the same order.
  jars=
  for jar in "$home"/lib/*.jar; do
    jars=$jars${jars:+:}$jar
  done
  echo "$jars"
}

# Where nobody has chosen a language, as in a service or a cron job, arguments and names of files are UTF-8, not ASCII.
speak_utf8() {
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
    C | POSIX)
      unset LC_ALL
      LC_CTYPE=C.UTF-8
      export LC_CTYPE
      ;;
  esac
}

# exec_java OPTIONS... MAIN_CLASS ARGUMENTS...: becomes a JVM with that class.
exec_java() {
  # Compact object headers save a tenth of the heap; an AOT cache fits the same choice only.
  # What the JVM itself has to say goes to standard error: standard output is for answers.
  exec "$java" \
    -XX:+UseCompactObjectHeaders \
    -Xlog:disable -Xlog:all=warning:stderr \
    -Dfile.encoding=UTF-8 \
    -Dmansio.home="$home" \
    -cp "$(class_path)" \
    "$@"
}

find_java
speak_utf8
