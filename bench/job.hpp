// One training or inference job as the command line states it, with data and weights that every peer draws
// alike, whatever its language, so that the first losses must agree. The standard library only: peers use it
// too.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// Steele, Lea and Flood's SplitMix64 of a counter: number `i` of stream `stream`.
inline std::uint64_t random_bits(std::uint64_t stream, std::uint64_t i) {
  std::uint64_t z = ((stream << 32) + i + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}
/// Uniform in [0, 1) with 24 bits, so that float32 holds it exactly.
inline double uniform(std::uint64_t stream, std::uint64_t i) {
  return std::ldexp(static_cast<double>(random_bits(stream, i) >> 40), -24);
}
/// The streams: weights and biases of layer l take 2l and 2l + 1.
constexpr std::uint64_t input_stream = 1000, target_stream = 1001, order_stream = 2000;

struct Job {
  std::vector<std::int64_t> shape;
  std::int64_t batch = 1;
  std::string dtype = "float32", activation = "relu", loss = "cross_entropy", optimizer = "sgd";
  // So small that timing many steps on one batch reaches neither zero gradients nor denormals.
  double lr = 1e-6;
  int threads = 1;
  double seconds = 0.2;
  std::string data;    // a file of "inputs... target" rows, or a folder; random numbers where empty
  bool paced = false;  // measure once for each line on stdin, instead of once
  bool eager = false;

  std::size_t layers() const { return shape.size() - 1; }
  std::int64_t inputs() const { return shape.front(); }
  std::int64_t outputs() const { return shape.back(); }
  bool has_classes() const { return loss == "cross_entropy"; }
};

inline std::vector<std::int64_t> shape_from(const std::string& text) {
  std::vector<std::int64_t> shape;
  std::istringstream in(text);
  for (std::string width; std::getline(in, width, '-');) shape.push_back(std::stoll(width));
  if (shape.size() < 2)
    throw std::invalid_argument("--shape wants widths such as 2-16-1, and got '" + text + "'");
  return shape;
}

inline void set_option(Job& job, const std::string& option, const std::string& value) {
  if (option == "--shape")
    job.shape = shape_from(value);
  else if (option == "--batch")
    job.batch = std::stoll(value);
  else if (option == "--dtype")
    job.dtype = value;
  else if (option == "--activation")
    job.activation = value;
  else if (option == "--loss")
    job.loss = value;
  else if (option == "--optimizer")
    job.optimizer = value;
  else if (option == "--lr")
    job.lr = std::stod(value);
  else if (option == "--threads")
    job.threads = std::stoi(value);
  else if (option == "--seconds")
    job.seconds = std::stod(value);
  else if (option == "--data")
    job.data = value;
  else
    throw std::invalid_argument("no option is called '" + option + "'");
}

inline Job job_from(int argc, char** argv) {
  Job job;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--paced")
      job.paced = true;
    else if (option == "--eager")
      job.eager = true;
    else if (i + 1 == argc)
      throw std::invalid_argument(option + " wants a value");
    else
      set_option(job, option, argv[++i]);
  }
  if (job.shape.empty()) throw std::invalid_argument("--shape is missing");
  if (job.dtype != "float32" && job.dtype != "float64")
    throw std::invalid_argument("--dtype is float32 or float64, not '" + job.dtype + "'");
  return job;
}

/// Row-major numbers: inputs [batch, inputs], targets [batch, outputs] or classes [batch].
template <class T>
struct Data {
  std::vector<T> inputs, targets;
  std::vector<std::int64_t> classes;
};

template <class T>
Data<T> data_from_file(const Job& job) {
  Data<T> data;
  std::ifstream file(job.data);
  double number = 0;
  for (std::int64_t row = 0; row < job.batch; ++row) {
    for (std::int64_t i = 0; i < job.inputs() && file >> number; ++i)
      data.inputs.push_back(static_cast<T>(number));
    if (!(file >> number)) throw std::runtime_error(job.data + " does not have the numbers for this batch");
    data.targets.push_back(static_cast<T>(number));
    data.classes.push_back(static_cast<std::int64_t>(number));
  }
  return data;
}

/// Inputs of mean 0 and variance 1; targets 0 or 1, in [0, 1) for mse, or classes.
template <class T>
Data<T> data_of(const Job& job) {
  if (!job.data.empty()) return data_from_file<T>(job);
  Data<T> data;
  const auto count = static_cast<std::uint64_t>(job.batch * job.inputs());
  for (std::uint64_t i = 0; i < count; ++i)
    data.inputs.push_back(static_cast<T>((uniform(input_stream, i) - 0.5) * std::sqrt(12.0)));
  const auto targets = static_cast<std::uint64_t>(job.batch * (job.has_classes() ? 1 : job.outputs()));
  for (std::uint64_t i = 0; i < targets; ++i) {
    const double u = uniform(target_stream, i);
    data.targets.push_back(static_cast<T>(job.loss == "mse" ? u : std::floor(2 * u)));
    data.classes.push_back(static_cast<std::int64_t>(u * static_cast<double>(job.outputs())));
  }
  return data;
}

/// Uniform in ±1/√inputs, as torch.nn.Linear starts: [out, in] row-major, and [out] for the bias.
template <class T>
std::vector<T> initial(const Job& job, std::size_t layer, bool bias) {
  const double bound = 1 / std::sqrt(static_cast<double>(job.shape[layer]));
  const auto count = static_cast<std::uint64_t>(job.shape[layer + 1] * (bias ? 1 : job.shape[layer]));
  std::vector<T> values;
  for (std::uint64_t i = 0; i < count; ++i)
    values.push_back(static_cast<T>((2 * uniform(2 * layer + (bias ? 1 : 0), i) - 1) * bound));
  return values;
}

}  // namespace bench
