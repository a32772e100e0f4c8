#include "base/workers.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <hindsight/error.hpp>
#include <hindsight/threads.hpp>

#include "base/flush_to_zero.hpp"
#include "base/format.hpp"

#if !defined(__EMSCRIPTEN__)
#include <atomic>
#include <fstream>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>
#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__SSE__)
#include <xmmintrin.h>
#endif
#endif

namespace hindsight {
namespace {

void run_here(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::exception_ptr failure;
  for (std::size_t i = 0; i < count; ++i) try {
      work(i);
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

#if defined(__EMSCRIPTEN__)

void set_num_threads(int count) {
  if (count < 1) fail<ValueError>("set_num_threads: {} threads were asked for; give 1 or more", count);
}
int num_threads() { return 1; }

void share_out(std::size_t count, bool, const std::function<void(std::size_t)>& work) {
  run_here(count, work);
}

#else

namespace {

/// The cores of this process's CPUs: two hardware threads of one core are one.
int physical_cores() {
#if defined(__linux__)
  cpu_set_t allowed;
  std::set<std::string> cores;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &allowed)) continue;
      std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                         "/topology/thread_siblings_list");
      std::string siblings;
      cores.insert(std::getline(file, siblings) ? siblings : std::to_string(cpu));
    }
  if (!cores.empty()) return static_cast<int>(cores.size());
#endif
  const unsigned threads = std::thread::hardware_concurrency();
  return threads == 0 ? 1 : static_cast<int>(threads);
}

void relax() {
#if defined(__SSE__)
  _mm_pause();
#endif
}

/// Threads that wait for work, at first spinning: the phases of a step are microseconds apart.
class Workers {
 public:
  static Workers& shared() {
    static Workers workers;
    return workers;
  }
  ~Workers() { stop(); }

  int count() const { return count_.load(std::memory_order_relaxed); }

  void resize(int count) {
    const std::lock_guard lock(sharing_);
    stop();
    count_ = count;
  }

  void run(std::size_t items, const std::function<void(std::size_t)>& work) {
    std::unique_lock lock(sharing_, std::try_to_lock);
    if (!lock || count() == 1) return run_here(items, work);
    start();
    work_ = &work;
    items_ = items;
    mode_ = FloatingPointMode::of_this_thread();
    next_.store(0, std::memory_order_relaxed);
    busy_.store(threads_.size(), std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_release);
    generation_.notify_all();
    take_items();
    while (busy_.load(std::memory_order_acquire) != 0) relax();
    if (const std::optional<Failure> failure = std::exchange(failure_, std::nullopt))
      std::rethrow_exception(failure->what);
  }

 private:
  struct Failure {
    std::size_t item;
    std::exception_ptr what;
  };

  void take_items() {
    for (std::size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < items_;) try {
        (*work_)(i);
      } catch (...) {
        const std::lock_guard lock(failing_);
        if (!failure_ || i < failure_->item) failure_ = Failure{i, std::current_exception()};
      }
  }

  void start() {
    while (static_cast<int>(threads_.size()) + 1 < count())
      threads_.emplace_back([this, seen = generation_.load()] { serve(seen); });
  }

  void serve(unsigned seen) {
    for (;;) {
      constexpr int spins = 4000;
      for (int i = 0; i < spins && generation_.load(std::memory_order_acquire) == seen; ++i) relax();
      generation_.wait(seen, std::memory_order_acquire);
      seen = generation_.load(std::memory_order_acquire);
      if (stopping_) return;
      mode_.apply();
      take_items();
      busy_.fetch_sub(1, std::memory_order_release);
    }
  }

  void stop() {
    stopping_ = true;
    generation_.fetch_add(1, std::memory_order_release);
    generation_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    stopping_ = false;
  }

  std::mutex sharing_, failing_;
  std::atomic<int> count_{physical_cores()};
  std::vector<std::thread> threads_;
  std::atomic<unsigned> generation_{0};
  std::atomic<std::size_t> next_{0}, busy_{0};
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::size_t items_ = 0;
  FloatingPointMode mode_ = FloatingPointMode::of_this_thread();
  std::optional<Failure> failure_;
  std::atomic<bool> stopping_{false};
};

}  // namespace

void set_num_threads(int count) {
  if (count < 1) fail<ValueError>("set_num_threads: {} threads were asked for; give 1 or more", count);
  Workers::shared().resize(count);
}
int num_threads() { return Workers::shared().count(); }

void share_out(std::size_t count, bool alone, const std::function<void(std::size_t)>& work) {
  if (!alone && count > 1) return Workers::shared().run(count, work);
  run_here(count, work);
}

#endif

void share_out_runs(std::size_t count, std::size_t at_once,
                    const std::function<void(std::size_t, std::size_t)>& work) {
  share_out((count + at_once - 1) / at_once, count <= at_once,
            [&](std::size_t run) { work(run * at_once, std::min(count, (run + 1) * at_once)); });
}

}  // namespace hindsight
