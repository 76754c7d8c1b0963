/**
 * The command line {@code mansioctl}: finds the running server by its data folder, speaks to its MXBeans, prints tables or
 * JSON. It knows the operations and nothing behind them; exit codes are those of BSD's {@code sysexits.h}.
 */
@NullMarked
package org.mansio.server.admin.cli;

import org.jspecify.annotations.NullMarked;
