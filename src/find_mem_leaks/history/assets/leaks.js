'use strict';

/* The page of leaks on asv's site: shown by its router, which hides only its own pages. It is the site's first. */
if (!window.location.hash) window.history.replaceState(null, '', '#/leaks');

$(document).ready(function () {
  const page = $('#leaks-display');

  function pick(cell) {
    page.find('.detail').attr('hidden', true);
    page.find('.cell').removeClass('picked').removeAttr('aria-current');
    if (!cell) return;
    const detail = page.find('.detail').filter(function () { return this.dataset.cell === cell; });
    if (!detail.length) return;
    detail.removeAttr('hidden');
    page.find('.cell')
      .filter(function () { return this.getAttribute('href') === '#/leaks?cell=' + encodeURIComponent(cell); })
      .addClass('picked').attr('aria-current', 'true');
    detail[0].scrollIntoView({block: 'nearest'});
    detail[0].focus({preventScroll: true});
  }

  $.asv.register_page('leaks', function (params) {
    $('#title').text('Leaks');
    page.show();
    $('html').addClass('leaks-shown');
    pick(params.cell && params.cell[0]);
  });

  $(window).on('hashchange', function () {
    if ($.asv.parse_hash_string(window.location.hash).location[0] === 'leaks') return;
    page.hide();
    $('html').removeClass('leaks-shown');
  });
});
