//! Deadlines without a server.

use std::thread;

use super::*;

fn slice_ended() -> Error {
    Error::LockTimeout { seconds: 0, holder: None }
}

#[test]
fn what_has_no_time_to_wait_is_tried_once() {
    let (deadline, mut attempts) = (Deadline::after(0), 0);
    let outcome: Result<()> = deadline.patiently(|| {
        attempts += 1;
        Err(slice_ended())
    });
    assert_eq!((outcome, attempts), (Err(slice_ended()), 1));
    assert_eq!((deadline.left(), deadline.is_over()), (0, true));
}

#[test]
fn slices_follow_each_other_until_one_succeeds_or_fails_otherwise() {
    let deadline = Deadline::after(3600);
    for last in [Ok(7), Err(Error::Gone("cut".into()))] {
        let mut slices = [Err(slice_ended()), Err(slice_ended()), last.clone()].into_iter();
        assert_eq!(deadline.patiently(|| slices.next().unwrap()), last);
    }
}

#[test]
fn the_last_slice_begins_before_the_deadline() {
    let deadline = Deadline::after(1);
    let mut began = Vec::new();
    let outcome: Result<()> = deadline.patiently(|| {
        began.push(deadline.left());
        thread::sleep(Duration::from_millis(300));
        Err(slice_ended())
    });
    assert_eq!(outcome, Err(slice_ended()));
    assert!(deadline.is_over());
    assert!(began.iter().all(|left| *left == 1), "{began:?}");
}

#[test]
fn what_began_before_has_less_time_left() {
    let began = Instant::now() - Duration::from_secs(28);
    assert_eq!(Deadline::since(began, 30).left(), 2);
    assert!(Deadline::since(began, 28).is_over());
}
