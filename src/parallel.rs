//! A function over many items on the machine's cores, results in the order of the items.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Fewer items than this for a thread are not worth starting it.
const WORTH_A_THREAD: usize = 64;
/// How many items a thread takes at a time.
const BATCH: usize = 32;
/// More threads than this only wait for each other in the kernel's directory locks.
const MOST_THREADS: usize = 8;

/// `f` of every item; each thread has one scratch buffer that `f` may use.
pub fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T, &mut Vec<u8>) -> R + Sync) -> Vec<R> {
    let cores =
        if items.len() < 2 * WORTH_A_THREAD { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    let threads = cores.min(MOST_THREADS).min(items.len() / WORTH_A_THREAD).max(1);
    if threads == 1 {
        let mut buffer = Vec::new();
        return items.iter().map(|item| f(item, &mut buffer)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || batches(items, &next, &f);
    let mut done: Vec<(usize, Vec<R>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(batches) => done.extend(batches),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

fn batches<T, R>(items: &[T], next: &AtomicUsize, f: &(impl Fn(&T, &mut Vec<u8>) -> R + Sync)) -> Vec<(usize, Vec<R>)> {
    let mut buffer = Vec::new();
    let mut done = Vec::new();
    loop {
        let start = next.fetch_add(BATCH, Ordering::Relaxed);
        let Some(batch) = items.get(start..items.len().min(start + BATCH)).filter(|batch| !batch.is_empty()) else {
            return done;
        };
        done.push((start, batch.iter().map(|item| f(item, &mut buffer)).collect()));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_stand_in_the_order_of_the_items() {
        for count in [0, 1, 63, 128, 129, 5000] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(super::map(&items, |item, _| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
