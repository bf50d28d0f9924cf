--TEST--
Upload progress is stored in the session while the upload is read, and is there when the script starts
--INI--
session.upload_progress.enabled=1
session.upload_progress.cleanup=0
session.upload_progress.prefix=progress_
session.upload_progress.name=PROGRESS
session.upload_progress.freq=0
session.upload_progress.min_freq=0
file_uploads=1
max_file_uploads=10
--COOKIE--
PHPSESSID=upload-progress-of-phpt
--POST_RAW--
Content-Type: multipart/form-data; boundary=---------------------------20896060251896012921717172737
-----------------------------20896060251896012921717172737
Content-Disposition: form-data; name="PHPSESSID"

upload-progress-of-phpt
-----------------------------20896060251896012921717172737
Content-Disposition: form-data; name="PROGRESS"

one
-----------------------------20896060251896012921717172737
Content-Disposition: form-data; name="first"; filename="first.txt"

0123456789
-----------------------------20896060251896012921717172737
Content-Disposition: form-data; name="second"; filename="second.txt"

abcdefghijklmno
-----------------------------20896060251896012921717172737--
--FILE--
<?php
session_start();
$progress = $_SESSION['progress_one'];
var_dump(session_id(), $progress['content_length'] === (int) $_SERVER['CONTENT_LENGTH'], $progress['done']);
foreach ($progress['files'] as $file) {
    echo "$file[name]: $file[bytes_processed] bytes as $file[field_name], ", $file['done'] ? 'done' : 'under way', "\n";
}
session_destroy();
?>
--EXPECT--
string(23) "upload-progress-of-phpt"
bool(true)
bool(true)
first.txt: 10 bytes as first, done
second.txt: 15 bytes as second, done
