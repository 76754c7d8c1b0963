package org.mansio.spi;

import java.nio.file.Path;
import org.mansio.spi.mail.MailAddress;

/**
 * The installation that everything lives in.
 *
 * @param hostname this server's name in greetings, EHLO and trace headers: a fully qualified domain name, lower case
 * @param postmaster who gets notices
 * @param configuration the folder of the configuration files
 * @param data the folder for all that must survive a restart
 */
public record Environment(String hostname, MailAddress postmaster, Path configuration, Path data) {}
