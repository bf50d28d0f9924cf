--TEST--
Upload progress with cleanup leaves the session as it was before the upload
--INI--
session.upload_progress.enabled=1
session.upload_progress.cleanup=1
session.upload_progress.prefix=progress_
session.upload_progress.name=PROGRESS
session.upload_progress.freq=0
session.upload_progress.min_freq=0
file_uploads=1
--COOKIE--
PHPSESSID=upload-progress-cleaned-up
--POST_RAW--
Content-Type: multipart/form-data; boundary=---------------------------20896060251896012921717172737
-----------------------------20896060251896012921717172737
Content-Disposition: form-data; name="PROGRESS"

one
-----------------------------20896060251896012921717172737
Content-Disposition: form-data; name="first"; filename="first.txt"

0123456789
-----------------------------20896060251896012921717172737--
--FILE--
<?php
session_start();
var_dump(session_id(), $_SESSION, $_FILES['first']['size']);
?>
--EXPECT--
string(26) "upload-progress-cleaned-up"
array(0) {
}
int(10)
