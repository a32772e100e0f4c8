#include <algorithm>
#include <cmath>
#include <vector>

#include <hindsight/error.hpp>
#include <hindsight/nn/init.hpp>

#include "base/format.hpp"

namespace hindsight::nn::init {
namespace {

/// Replaces the value by numbers that `draw` gives one by one.
template <class Draw>
Parameter filled(Parameter parameter, const Draw& draw) {
  std::vector<double> numbers(static_cast<std::size_t>(parameter.shape().elements()));
  for (double& number : numbers) number = draw();
  parameter.assign(tensor(numbers, parameter.shape(), {.dtype = parameter.dtype()}));
  return parameter;
}

struct Fans {
  double in, out;
};
Fans fans_of(const char* caller, const Parameter& parameter) {
  const Shape& shape = parameter.shape();
  if (shape.size() < 2)
    fail<ShapeError>("{}: \"{}\" has shape {}, and a weight with inputs and outputs has two axes or more",
                     caller, parameter.name(), shape.str());
  double kernel = 1;
  for (std::size_t axis = 2; axis < shape.size(); ++axis) kernel *= static_cast<double>(shape[axis]);
  return {static_cast<double>(shape[1]) * kernel, static_cast<double>(shape[0]) * kernel};
}

double xavier_std(const char* caller, const Parameter& parameter, double gain) {
  const Fans fans = fans_of(caller, parameter);
  return gain * std::sqrt(2 / (fans.in + fans.out));
}

double kaiming_std(const char* caller, const Parameter& parameter, const KaimingOptions& options) {
  if (options.mode != "fan_in" && options.mode != "fan_out")
    fail<ValueError>("{}: mode is \"{}\" and must be \"fan_in\" or \"fan_out\"", caller, options.mode);
  const Fans fans = fans_of(caller, parameter);
  return calculate_gain(options.nonlinearity, options.a) /
         std::sqrt(options.mode == "fan_in" ? fans.in : fans.out);
}

/// Of this standard deviation, around 0.
Parameter even(Parameter parameter, double std, Generator& generator) {
  const double bound = std::sqrt(3.0) * std;
  return uniform_(std::move(parameter), -bound, bound, generator);
}

double dot(const double* a, const double* b, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

/// Makes `rows` vectors of `length` orthonormal, one after the other (Gram and Schmidt). What is subtracted
/// twice is gone to the last digit (Kahan's "twice is enough").
void make_orthonormal(std::vector<double>& vectors, std::size_t rows, std::size_t length) {
  for (std::size_t i = 0; i < rows; ++i) {
    double* own = vectors.data() + i * length;
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t k = 0; k < i; ++k) {
        const double* other = vectors.data() + k * length;
        const double share = dot(own, other, length);
        for (std::size_t j = 0; j < length; ++j) own[j] -= share * other[j];
      }
    const double norm = std::sqrt(dot(own, own, length));
    for (std::size_t j = 0; j < length; ++j) own[j] /= norm;
  }
}

}  // namespace

double calculate_gain(std::string_view nonlinearity, double param) {
  if (nonlinearity == "tanh") return 5.0 / 3;
  if (nonlinearity == "relu") return std::sqrt(2.0);
  if (nonlinearity == "leaky_relu") return std::sqrt(2 / (1 + param * param));
  if (nonlinearity == "selu") return 0.75;
  for (const std::string_view plain : {"linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d",
                                       "conv_transpose2d", "conv_transpose3d", "sigmoid"})
    if (nonlinearity == plain) return 1;
  fail<ValueError>(
      "calculate_gain: there is no nonlinearity \"{}\"; there are linear, conv1d, conv2d, conv3d, "
      "sigmoid, tanh, relu, leaky_relu and selu",
      nonlinearity);
}

Parameter constant_(Parameter parameter, double value) {
  parameter.assign(full(parameter.shape(), value, {.dtype = parameter.dtype()}));
  return parameter;
}
Parameter zeros_(Parameter parameter) { return constant_(std::move(parameter), 0); }
Parameter ones_(Parameter parameter) { return constant_(std::move(parameter), 1); }

Parameter uniform_(Parameter parameter, double a, double b, Generator& generator) {
  return filled(std::move(parameter), [&] { return a + (b - a) * generator.uniform(); });
}

Parameter normal_(Parameter parameter, double mean, double std, Generator& generator) {
  return filled(std::move(parameter), [&] { return mean + std * generator.normal(); });
}

// Robert, "Simulation of truncated normal variables", 1995: normal numbers where enough of them hit the
// interval, otherwise even ones, of which each is taken as often as its density is to the largest there.
Parameter trunc_normal_(Parameter parameter, double mean, double std, double a, double b,
                        Generator& generator) {
  if (!(std > 0)) fail<ValueError>("trunc_normal_: std is {} and must be above 0", std);
  if (!(a < b)) fail<ValueError>("trunc_normal_: a is {} and b {}; a must be the smaller one", a, b);
  const double low = (a - mean) / std, high = (b - mean) / std;
  const double share = (std::erfc(low / std::sqrt(2.0)) - std::erfc(high / std::sqrt(2.0))) / 2;
  const auto by_hits = [&] {
    for (;;)
      if (const double x = generator.normal(); x >= low && x <= high) return x;
  };
  // Beyond √(peak² + 80) the density is e⁻⁴⁰ of its largest: there is nothing to draw.
  const double peak = std::min(std::max(low, 0.0), high), edge = std::sqrt(peak * peak + 80);
  const double from = std::max(low, -edge), to = std::min(high, edge);
  const auto by_density = [&] {
    for (;;) {
      const double x = from + (to - from) * generator.uniform();
      if (generator.uniform() <= std::exp((peak * peak - x * x) / 2)) return x;
    }
  };
  return filled(std::move(parameter),
                [&] { return std::clamp(mean + std * (share > 0.25 ? by_hits() : by_density()), a, b); });
}

Parameter xavier_uniform_(Parameter parameter, double gain, Generator& generator) {
  const double std = xavier_std("xavier_uniform_", parameter, gain);
  return even(std::move(parameter), std, generator);
}
Parameter xavier_normal_(Parameter parameter, double gain, Generator& generator) {
  const double std = xavier_std("xavier_normal_", parameter, gain);
  return normal_(std::move(parameter), 0, std, generator);
}
Parameter kaiming_uniform_(Parameter parameter, KaimingOptions options, Generator& generator) {
  const double std = kaiming_std("kaiming_uniform_", parameter, options);
  return even(std::move(parameter), std, generator);
}
Parameter kaiming_normal_(Parameter parameter, KaimingOptions options, Generator& generator) {
  const double std = kaiming_std("kaiming_normal_", parameter, options);
  return normal_(std::move(parameter), 0, std, generator);
}

// Vectors of normal numbers have no preferred direction, and neither have those that are left of them.
Parameter orthogonal_(Parameter parameter, double gain, Generator& generator) {
  fans_of("orthogonal_", parameter);
  const auto rows = static_cast<std::size_t>(parameter.shape()[0]);
  const std::size_t all = static_cast<std::size_t>(parameter.shape().elements()),
                    columns = rows ? all / rows : 0;
  const std::size_t few = std::min(rows, columns), many = std::max(rows, columns);
  std::vector<double> vectors(all), matrix(all);
  for (double& number : vectors) number = generator.normal();
  make_orthonormal(vectors, few, many);
  for (std::size_t i = 0; i < few; ++i)
    for (std::size_t j = 0; j < many; ++j)
      matrix[rows <= columns ? i * many + j : j * few + i] = gain * vectors[i * many + j];
  parameter.assign(tensor(matrix, parameter.shape(), {.dtype = parameter.dtype()}));
  return parameter;
}

}  // namespace hindsight::nn::init
