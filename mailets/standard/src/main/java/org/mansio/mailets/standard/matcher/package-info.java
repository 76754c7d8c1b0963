/**
 * The matchers, one table for each kind of question: recipients, sender, client, header fields, content, state. Names and
 * conditions are those that users of Apache James know.
 */
@NullMarked
package org.mansio.mailets.standard.matcher;

import org.jspecify.annotations.NullMarked;
