-- Arguments: prefix, owner, the key that stays if any.
local removed = 0
for _, key in ipairs(living(ARGV[1], ARGV[2])) do
  if key ~= ARGV[3] then
    drop(ARGV[1], key)
    removed = removed + 1
  end
end
return removed
