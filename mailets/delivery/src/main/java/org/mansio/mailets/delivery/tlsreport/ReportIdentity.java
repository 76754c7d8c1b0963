package org.mansio.mailets.delivery.tlsreport;

import org.mansio.spi.mail.MailAddress;

/**
 * Who reports.
 *
 * @param sender in From and on the envelope
 * @param organization a name for people
 * @param contact an address or URI for questions
 * @param submitter this server's domain (RFC 8460 §5.3)
 */
record ReportIdentity(MailAddress sender, String organization, String contact, String submitter) {}
