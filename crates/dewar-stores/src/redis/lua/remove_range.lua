-- Keys: the index. Arguments: joined after this time, until this time, the minimum age, the program's clock.
-- Removes the members between these times that have at least this age, in microseconds.
local latest = math.min(tonumber(ARGV[2]), time(ARGV[4]) - ARGV[3])
return redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], latest)
