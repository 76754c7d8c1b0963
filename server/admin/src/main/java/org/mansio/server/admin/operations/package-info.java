/**
 * What the MXBeans (JSR 174) do, written once over the SPI and the kernel: each operation checks its arguments, does its
 * work, logs what an operator changed, and turns our exceptions into the JDK's. Passwords are never logged.
 */
@NullMarked
package org.mansio.server.admin.operations;

import org.jspecify.annotations.NullMarked;
