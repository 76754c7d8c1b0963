// Sends by nodemailer over STARTTLS, logged in: send.cjs PORT USER PASSWORD PLAN. PLAN is a file with a JSON array of
// messages in nodemailer's own form, all sent at once over a pool of three connections. Prints the reply to each in a line.
const fs = require('node:fs');
const nodemailer = require('nodemailer');

const [port, user, pass, plan] = process.argv.slice(2);
const pool = nodemailer.createTransport({
  pool: true,
  maxConnections: 3,
  host: '127.0.0.1',
  port: Number(port),
  requireTLS: true,
  // The certificate is the server's own.
  tls: { rejectUnauthorized: false },
  auth: { user, pass },
});

Promise.all(JSON.parse(fs.readFileSync(plan, 'utf8')).map(mail => pool.sendMail(mail)))
  .then(sent => sent.forEach(info => console.log(info.response)))
  .catch(error => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => pool.close());
