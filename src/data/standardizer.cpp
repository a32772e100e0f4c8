#include <algorithm>
#include <cmath>

#include <hindsight/data/standardizer.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "base/workers.hpp"

namespace hindsight::data {

Standardizer Standardizer::of(const Tensor& features) {
  if (features.dim() != 2 || features.size(0) == 0)
    fail<ShapeError>("Standardizer: takes features [N, F] with at least one row, and got {}",
                     features.shape().str());
  const Array values = features.array().to(float64);
  const auto rows = static_cast<std::size_t>(features.size(0)),
             columns = static_cast<std::size_t>(features.size(1));
  const double* x = values.data<double>();
  const double n = static_cast<double>(rows);

  std::vector<double> mean(columns, 0), squares(columns, 0);
  std::vector<bool> varies(columns, false);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) {
      mean[j] += x[i * columns + j];
      varies[j] = varies[j] || x[i * columns + j] != x[j];
    }
  for (double& sum : mean) sum /= n;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) {
      const double deviation = x[i * columns + j] - mean[j];
      squares[j] += deviation * deviation;
    }
  for (std::size_t j = 0; j < columns; ++j) {
    if (!std::isfinite(squares[j]))
      fail<ValueError>("feature {} has numbers too large to be scaled; divide them, or leave it out", j);
    // Rounding in the mean would make a constant look as if it varied a little.
    squares[j] = varies[j] ? std::sqrt(squares[j] / n) : 0;
  }
  return {std::move(mean), std::move(squares)};
}

Tensor Standardizer::operator()(const Tensor& features, DType dtype) const {
  if (features.dim() != 2 || static_cast<std::size_t>(features.size(1)) != mean.size())
    fail<ShapeError>("Standardizer: was made for {} features, and got shape {}", mean.size(),
                     features.shape().str());
  Array scaled(features.shape(), float64);
  const Array values = features.array().to(float64);
  const double* const first = values.data<double>();
  double* const to = scaled.mutable_data<double>();
  constexpr std::size_t rows_at_once = 64;
  const auto rows = static_cast<std::size_t>(features.size(0));
  share_out_runs(rows, rows_at_once, [&](std::size_t begin, std::size_t end) {
    const double* x = first + begin * mean.size();
    double* out = to + begin * mean.size();
    for (std::size_t i = begin; i < end; ++i)
      for (std::size_t j = 0; j < mean.size(); ++j, ++x, ++out)
        *out = std[j] > 0 ? (*x - mean[j]) / std[j] : 0;
  });
  return Tensor(scaled.to(dtype));
}

std::vector<std::size_t> Standardizer::constant() const {
  std::vector<std::size_t> columns;
  for (std::size_t j = 0; j < std.size(); ++j)
    if (std[j] == 0) columns.push_back(j);
  return columns;
}

}  // namespace hindsight::data
