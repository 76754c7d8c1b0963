/**
 * Where delivered mail lies: Maildir++ below the data directory, with quota and folders. A message counts as delivered
 * when its file and its directory are on the disk.
 */
@NullMarked
package org.mansio.server.store;

import org.jspecify.annotations.NullMarked;
