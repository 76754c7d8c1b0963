-- Changes the header in every way that a milter can, for mail that carries X-Remove.
rspamd_config:register_symbol({
  name = 'INTEROP',
  type = 'postfilter',
  callback = function(task)
    if task:get_header('X-Remove') then
      task:set_milter_reply({
        add_headers = {
          ['X-Client'] = { value = tostring(task:get_from_ip()), order = 1 },
          ['X-Folded'] = 'one\n\ttwo',
        },
        remove_headers = { ['X-Remove'] = 0 },
      })
    end
  end
})
