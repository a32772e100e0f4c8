#pragma once
#include <string_view>

#include <hindsight/parameter.hpp>
#include <hindsight/random.hpp>

/// Initialisers: each replaces the value of a parameter, of its shape and dtype, and gives the parameter back
/// (torch.nn.init). They draw from the default generator unless they are given another. With the layers'
/// PyTorch layout a weight is [out, in, kernel…]: fan_in is in·kernel, fan_out is out·kernel.
namespace hindsight::nn::init {

/// What keeps the variance of a layer behind which this activation stands: 1 for linear, conv1d, conv2d,
/// conv3d, sigmoid; 5/3 for tanh; √2 for relu; √(2/(1 + slope²)) for leaky_relu, whose slope is `param`; 3/4
/// for selu. Throws ValueError for any other.
double calculate_gain(std::string_view nonlinearity, double param = 0.01);

Parameter constant_(Parameter parameter, double value);
Parameter zeros_(Parameter parameter);
Parameter ones_(Parameter parameter);
/// Uniform in [a, b).
Parameter uniform_(Parameter parameter, double a = 0, double b = 1,
                   Generator& generator = default_generator());
Parameter normal_(Parameter parameter, double mean = 0, double std = 1,
                  Generator& generator = default_generator());
/// A normal number, drawn again until it lies in [a, b]. Throws ValueError unless std > 0 and a < b.
Parameter trunc_normal_(Parameter parameter, double mean = 0, double std = 1, double a = -2, double b = 2,
                        Generator& generator = default_generator());

/// Uniform in ±gain·√(6/(fan_in + fan_out)), and normal with the same variance. (Glorot and Bengio,
/// "Understanding the difficulty of training deep feedforward neural networks", 2010) Throws ShapeError for
/// less than two axes, as the others below.
Parameter xavier_uniform_(Parameter parameter, double gain = 1, Generator& generator = default_generator());
Parameter xavier_normal_(Parameter parameter, double gain = 1, Generator& generator = default_generator());

struct KaimingOptions {
  /// The slope of the leaky_relu behind the layer.
  double a = 0;
  /// "fan_in" keeps the variance of the forward pass, "fan_out" that of the backward pass.
  std::string_view mode = "fan_in";
  std::string_view nonlinearity = "leaky_relu";
};
/// Uniform in ±gain·√(3/fan), and normal with the same variance. (He and others, "Delving deep into
/// rectifiers", 2015) Throws ValueError for a mode or nonlinearity that is not there.
Parameter kaiming_uniform_(Parameter parameter, KaimingOptions options = {},
                           Generator& generator = default_generator());
Parameter kaiming_normal_(Parameter parameter, KaimingOptions options = {},
                          Generator& generator = default_generator());

/// As a matrix [first axis, all others], orthonormal rows or columns, whichever are fewer, times gain: evenly
/// drawn from all of these. (Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of
/// learning", 2014)
Parameter orthogonal_(Parameter parameter, double gain = 1, Generator& generator = default_generator());

}  // namespace hindsight::nn::init
