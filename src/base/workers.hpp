#pragma once
#include <cstddef>
#include <functional>

namespace hindsight {

/// Runs work(0) … work(count − 1), shared out among the threads of the process (see set_num_threads), and
/// returns when all are done. Which thread takes what is left to chance, so the work must not depend on it.
/// Work that another thread is sharing out at the same time, or `alone`, runs on the calling thread. All
/// threads compute in the caller's floating-point mode. Where work throws, the rest still runs, and then what
/// the first (the least number) of those that threw has thrown is thrown here.
void share_out(std::size_t count, bool alone, const std::function<void(std::size_t)>& work);
/// The same for the items of 0 … count − 1 in runs of `at_once`, the last of which may be shorter:
/// work(begin, end).
void share_out_runs(std::size_t count, std::size_t at_once,
                    const std::function<void(std::size_t, std::size_t)>& work);

}  // namespace hindsight
