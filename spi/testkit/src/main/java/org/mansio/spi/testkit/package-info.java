/**
 * Fakes of the SPI and contract suites that every implementation of a queue, store or directory runs. Tests of
 * plugins and of Mansio itself build on it; no product code does.
 */
@NullMarked
package org.mansio.spi.testkit;

import org.jspecify.annotations.NullMarked;
