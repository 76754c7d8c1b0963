/**
 * The operations of an administrator, once, as MXBeans (JSR 255) with open types only. The command line and later
 * interfaces call them and add nothing.
 */
@NullMarked
package org.mansio.server.admin;

import org.jspecify.annotations.NullMarked;
