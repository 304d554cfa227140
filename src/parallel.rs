//! A function over many items on the machine's cores, results in the order of the items.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Fewer items than this for a thread are not worth starting it.
const WORTH_A_THREAD: usize = 64;
/// How many items a thread takes at a time.
const BATCH: usize = 32;
/// How many results are in memory at a time, where each is taken away.
const PART: usize = 512;
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
    let next = AtomicUsize::new(BATCH);
    let take = || next.fetch_add(BATCH, Ordering::Relaxed);
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| batches(items, take(), take, &f))).collect();
        // The largest items tend to come first. glibc gives each thread a heap of its own: what this one frees, all that comes later
        // can use.
        let mut done = batches(items, 0, take, &f);
        for other in others {
            match other.join() {
                Ok(batches) => done.extend(batches),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(start, _)| *start);
    let mut all = Vec::with_capacity(items.len());
    done.into_iter().for_each(|(_, results)| all.extend(results));
    all
}

/// As [`map`], but `take` gets each item with its result, so that only a part of all results is in memory at a time.
pub fn map_to<T: Sync, R: Send>(items: &[T], f: impl Fn(&T, &mut Vec<u8>) -> R + Sync, mut take: impl FnMut(&T, R)) {
    for part in items.chunks(PART) {
        part.iter().zip(map(part, &f)).for_each(|(item, result)| take(item, result));
    }
}

/// The results of the batch that starts at `start`, and of those that `next` gives.
fn batches<T, R>(
    items: &[T],
    mut start: usize,
    next: impl Fn() -> usize,
    f: impl Fn(&T, &mut Vec<u8>) -> R,
) -> Vec<(usize, Vec<R>)> {
    let mut buffer = Vec::new();
    let mut done = Vec::new();
    while start < items.len() {
        let batch = &items[start..items.len().min(start + BATCH)];
        done.push((start, batch.iter().map(|item| f(item, &mut buffer)).collect()));
        start = next();
    }
    done
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_stand_in_the_order_of_the_items() {
        for count in [0, 1, 63, 128, 129, 5000] {
            let items: Vec<usize> = (0..count).collect();
            let mut taken = Vec::new();
            super::map_to(&items, |item, _| item * 2, |item, double| taken.push((*item, double)));
            assert_eq!(taken, items.iter().map(|item| (*item, item * 2)).collect::<Vec<_>>());
            assert_eq!(super::map(&items, |item, _| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
