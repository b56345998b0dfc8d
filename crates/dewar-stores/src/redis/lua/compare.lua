-- Compares the stored payload with the one that was seen. If they differ, nothing is written.
local found = redis.call('GET', KEYS[1])
if not found then return {'gone', false, false, false} end
if found ~= ARGV[1] then return {'changed', found, redis.call('PTTL', KEYS[1]), false} end

