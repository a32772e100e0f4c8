#pragma once
#include <hindsight/optim/optimizer.hpp>
#include <hindsight/optim/sgd.hpp>
