/**
 * Operations for people, written once and offered as JMX MXBeans (JSR 174) under the domain {@code org.mansio}.
 */
@NullMarked
package org.mansio.spi.admin;

import org.jspecify.annotations.NullMarked;
