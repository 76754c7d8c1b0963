# Read by the scripts beside it: finds a JDK 25 and sets "java". Prints what to do and ends with 69 when there is none.

# The major version that a java command reports.
java_major() {
  "$1" -version 2>&1 | sed -n 's/^[^"]*"\([0-9]*\).*/\1/p' | head -n 1
}

find_java() {
  java=
  for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" /usr/lib/jvm/*25*/bin/java; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && [ "$(java_major "$candidate")" = 25 ]; then
      java=$candidate
      return 0
    fi
  done
  echo "mansio: no Java 25 found: install a JDK 25, or set JAVA_HOME to one" >&2
  exit 69 # EX_UNAVAILABLE
}

find_java
