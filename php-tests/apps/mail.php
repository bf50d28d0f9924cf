<?php
// A mail server for Roundcube: Dovecot, with one mailbox of one person, who has mail. Not a test itself, hence not executable.

declare(strict_types=1);

final class MailServer
{
    public const USER = 'ada';
    public const PASSWORD = 'correct-horse';
    public readonly int $port;
    private readonly string $mailbox;

    /** @param list<string> $subjects of what is in the inbox, the oldest first */
    public function __construct(array $subjects)
    {
        // What its processes see lies outside of the run's folder, which is closed to others: not all of them are root.
        $folder = sys_get_temp_dir() . '/rustdb-mail-' . bin2hex(random_bytes(6));
        mkdir($folder, 0755);
        Teardown::add(fn() => exec('rm -rf ' . escapeshellarg($folder)));
        $this->mailbox = "$folder/mail/Maildir";
        foreach (['cur', 'new', 'tmp'] as $part) {
            mkdir("$this->mailbox/$part", 0700, recursive: true);
        }
        foreach ($subjects as $i => $subject) {
            $mail = "From: Grace <grace@example.com>\r\nTo: Ada <ada@example.com>\r\nSubject: $subject\r\nMessage-ID: <$i@example.com>\r\n"
                . 'Date: ' . date(DATE_RFC2822, 1_700_000_000 + $i) . "\r\n\r\nThis is $subject.\r\n";
            file_put_contents("$this->mailbox/new/" . (1_700_000_000 + $i) . ".$i.example", $mail);
        }
        $this->port = free_port();
        foreach (['dovecot' => 64123, 'dovenull' => 64124, 'ada' => 64125] as $name => $id) {
            // In a copy that only this test sees.
            file_put_contents('/etc/passwd', "$name:x:$id:$id::/nonexistent:/usr/sbin/nologin\n", FILE_APPEND);
            file_put_contents('/etc/group', "$name:x:$id:\n", FILE_APPEND);
        }
        exec('chown -R ada:ada ' . escapeshellarg("$folder/mail"));
        $password = self::PASSWORD;
        $log = folder() . '/dovecot.log';
        file_put_contents(folder() . '/dovecot.conf', <<<CONF
            protocols = imap
            listen = 127.0.0.1
            base_dir = $folder/run
            state_dir = $folder/state
            log_path = $log
            ssl = no
            disable_plaintext_auth = no
            mail_location = maildir:~/Maildir
            passdb {
              driver = static
              args = password=$password
            }
            userdb {
              driver = static
              args = uid=ada gid=ada home=$folder/mail
            }
            namespace inbox {
              inbox = yes
              separator = /
              mailbox Drafts {
                auto = subscribe
              }
            }
            mail_max_userip_connections = 100
            service imap-login {
              inet_listener imap {
                port = $this->port
              }
              inet_listener imaps {
                port = 0
              }
            }
            CONF);
        $dovecot = new Program('dovecot', ['dovecot', '-F', '-c', folder() . '/dovecot.conf']);
        wait_listening($dovecot, "127.0.0.1:$this->port");
    }

    /** The messages in a folder, as they are stored. @return list<string> */
    public function messages(string $folder): array
    {
        return array_map(file_get_contents(...), glob("$this->mailbox/.$folder/{cur,new}/*", GLOB_BRACE));
    }
}
