// How a program takes its turns: it says that it is ready, then measures once for each line on stdin and
// answers with a line of JSON, so that the runner can let all peers take turns within one run.
#pragma once
#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "job.hpp"

namespace bench {

inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Sample {
  double median_us = 0, least_us = 0, last = 0;  // microseconds a call; what the last call gave
};

/// Calls `step`, a function to a number, in chunks of about 3 ms for `seconds`, three chunks at least.
template <class F>
Sample sample(F&& step, double seconds) {
  Sample result;
  double start = seconds_now();
  long calls = 0;
  for (; calls == 0 || seconds_now() - start < seconds / 10; ++calls) result.last = step();
  const double each = (seconds_now() - start) / static_cast<double>(calls);
  const long chunk = std::max(1L, static_cast<long>(0.003 / each));
  // A step that fills the time by itself has been measured by now.
  std::vector<double> us;
  if (each > seconds) us.push_back(each * 1e6);
  for (const double begin = seconds_now();
       us.empty() || (each <= seconds && (seconds_now() - begin < seconds || us.size() < 3));) {
    start = seconds_now();
    for (long i = 0; i < chunk; ++i) result.last = step();
    us.push_back((seconds_now() - start) * 1e6 / static_cast<double>(chunk));
  }
  std::sort(us.begin(), us.end());
  result.median_us = us[us.size() / 2];
  result.least_us = us.front();
  return result;
}

inline std::string quoted(const std::string& text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '\n')
      json += "\\n";
    else if (c == '"' || c == '\\')
      (json += '\\') += c;
    else
      json += c;
  }
  return json + '"';
}

/// As JSON has it: no NaN, no infinity.
inline std::string json_number(double value) {
  std::ostringstream text;
  text.precision(9);
  text << value;
  return std::isfinite(value) ? text.str() : "null";
}

/// Says {"ready": true, FIELDS}, then prints what `measure` gives, a line of JSON, as often as it is asked
/// for.
template <class F>
void take_turns(const Job& job, const std::string& fields, F&& measure) {
  std::cout << "{\"ready\": true, " << fields << "}" << std::endl;
  std::string line;
  do {
    if (job.paced && !std::getline(std::cin, line)) return;
    std::cout << measure() << std::endl;
  } while (job.paced);
}

/// The same for a step that is called over and over; `first`, what its first call gave, shows that all peers
/// do the same work.
template <class F>
void time_step(const Job& job, double first, const std::string& settings, F&& step) {
  const std::string fields = "\"first\": " + json_number(first) + ", \"settings\": " + quoted(settings);
  take_turns(job, fields, [&] {
    const Sample taken = sample(step, job.seconds);
    return "{\"us\": " + json_number(taken.median_us) + ", \"least_us\": " + json_number(taken.least_us) +
           ", \"last\": " + json_number(taken.last) + "}";
  });
}

/// Runs `body(job)`; what goes wrong becomes one line on stderr.
template <class F>
int run_job(int argc, char** argv, F&& body) {
  try {
    body(job_from(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}

}  // namespace bench
